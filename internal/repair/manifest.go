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

// Manifest returns a problem for a document that parses, and is no configuration but has
// one in it: the manifest of a ConfigMap or another object of Kubernetes, or a file that
// SOPS encrypted. Otherwise it returns nil. The hint quotes keys of the document only if
// quote is set. It costs next to nothing, and must not be asked where the schema knows a
// key "kind" or "sops".
func Manifest(root *document.Node, quote bool) *document.Problem {
	if root.Kind != document.Map || len(root.Children) > maxManifest {
		return nil
	}
	if c := child(root, "sops"); c != nil && child(&c.Node, "mac") != nil {
		return &document.Problem{
			Code: "syntax", Line: int(c.Line), Column: int(c.Column),
			Message: "this is encrypted by SOPS", Hint: "decrypt it before it is used as configuration",
		}
	}
	kind := child(root, "kind")
	if kind == nil || kind.Node.Kind != document.String || child(root, "apiVersion") == nil {
		return nil
	}
	name := "an object of Kubernetes"
	if slices.Contains(kinds, kind.Node.Text) {
		name = "a " + kind.Node.Text
	}
	p := &document.Problem{
		Code: "syntax", Line: int(kind.Line), Column: int(kind.Column),
		Message: "this is the manifest of " + name + ", not a configuration",
		Hint:    "check which file is mounted here",
	}
	if data := child(root, "data"); data != nil && len(data.Node.Children) > 0 && kind.Node.Text == "ConfigMap" {
		under := "data"
		if quote {
			under += "." + documents(data.Node.Children)
		}
		p.Message = "this is the manifest of a ConfigMap, not the configuration in it"
		p.Hint = "the configuration is under " + under + "; mount the ConfigMap, or use that text alone"
	}
	return p
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
