package repair

import (
	"slices"
	"strconv"
	"strings"

	"example.com/lastgood/internal/document"
)

// kinds are those of manifests that are worth a word of their own.
var kinds = []string{
	"ConfigMap", "Secret", "SealedSecret", "ExternalSecret", "List", "Deployment", "StatefulSet", "DaemonSet",
	"Pod", "Job", "CronJob", "Service", "Ingress", "Kustomization",
}

// maxManifest is more keys than a manifest has at its top level.
const maxManifest = 32

// Manifest recognises a document that parses, and is no configuration but has one in it:
// the manifest of a ConfigMap or another object of Kubernetes, or a file that SOPS
// encrypted. It costs next to nothing, and must not be asked where the schema knows a key
// "kind" or "sops".
func Manifest(root *document.Node) (document.Problem, bool) {
	if root.Kind != document.Map || len(root.Children) > maxManifest {
		return document.Problem{}, false
	}
	p := document.Problem{Code: "syntax"}
	if c := child(root, "sops"); c != nil && child(&c.Node, "mac") != nil {
		p.Line, p.Column = int(c.Line), int(c.Column)
		p.Message, p.Hint = "this is encrypted by SOPS", "decrypt it before it is used as configuration"
		return p, true
	}
	kind := child(root, "kind")
	if kind == nil || kind.Node.Kind != document.String || child(root, "apiVersion") == nil {
		return p, false
	}
	p.Line, p.Column = int(kind.Line), int(kind.Column)
	name := "an object of Kubernetes"
	if slices.Contains(kinds, kind.Node.Text) {
		name = "a " + kind.Node.Text
	}
	p.Message = "this is the manifest of " + name + ", not a configuration"
	p.Hint = "check which file is mounted here"
	if data := child(root, "data"); data != nil && len(data.Node.Children) > 0 && kind.Node.Text == "ConfigMap" {
		p.Message = "this is the manifest of a ConfigMap, not the configuration in it"
		p.Hint = "the configuration is under data." + documents(data.Node.Children) + "; mount the ConfigMap, or use that text alone"
	}
	return p, true
}

// documents returns the quoted keys that are named like documents, or the first key.
func documents(children []document.Child) string {
	var names []string
	for _, c := range children {
		if _, ok := document.FormatOf(c.Key); ok && len(names) < 3 {
			names = append(names, strconv.Quote(c.Key))
		}
	}
	if len(names) == 0 {
		return strconv.Quote(children[0].Key)
	}
	return strings.Join(names, " or data.")
}

func child(n *document.Node, key string) *document.Child {
	for i := range n.Children {
		if n.Kind == document.Map && n.Children[i].Key == key {
			return &n.Children[i]
		}
	}
	return nil
}
