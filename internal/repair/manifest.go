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
// one in it: the manifest of a ConfigMap or another object of Kubernetes, its data alone,
// or a file that SOPS encrypted. Otherwise it returns nil. isKey reports whether the
// configuration has a key: "kind" and "sops" can be its own. The hint quotes keys of the
// document only if quote is set. It costs next to nothing.
func Manifest(root *document.Node, isKey func(string) bool, quote bool) *document.Problem {
	if root.Kind != document.Map || len(root.Children) > maxManifest {
		return nil
	}
	own := func(key string) *document.Child {
		if c := child(root, key); c != nil && !isKey(key) {
			return c
		}
		return nil
	}
	if c := own("sops"); c != nil && child(&c.Node, "mac") != nil {
		return &document.Problem{
			Code: "syntax", Line: int(c.Line), Column: int(c.Column),
			Message: "this is encrypted by SOPS", Hint: "decrypt it before it is used as configuration",
		}
	}
	if data := own("data"); data != nil && len(root.Children) <= 2 && holdsDocuments(&data.Node) {
		return &document.Problem{
			Code: "syntax", Line: int(data.Line), Column: int(data.Column),
			Message: "this is the data of a ConfigMap, not the configuration in it", Hint: configHint(data, quote),
		}
	}
	kind := own("kind")
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
		p.Message = "this is the manifest of a ConfigMap, not the configuration in it"
		p.Hint = configHint(data, quote)
	}
	return p
}

// configHint says where in a ConfigMap the configuration is.
func configHint(data *document.Child, quote bool) string {
	under := "data"
	if quote {
		under += "." + documents(data.Node.Children)
	}
	return "the configuration is under " + under + "; mount the ConfigMap, or use that text alone"
}

// holdsDocuments reports whether all in a map are texts, and named like documents.
func holdsDocuments(n *document.Node) bool {
	for i := range n.Children {
		_, ok := document.FormatOf(n.Children[i].Key)
		if !ok || n.Children[i].Node.Kind != document.String {
			return false
		}
	}
	return n.Kind == document.Map && len(n.Children) > 0
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
