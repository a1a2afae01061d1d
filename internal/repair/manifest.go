package repair

import (
	"slices"
	"strconv"
	"strings"

	"example.com/lastgood/internal/document"
)

// kinds are the kinds of manifests that messages name.
var kinds = []string{
	"ConfigMap", "Secret", "SealedSecret", "ExternalSecret", "List", "Deployment", "StatefulSet", "DaemonSet",
	"Pod", "Job", "CronJob", "Service", "Ingress", "Kustomization",
}

// maxManifest is more than the number of top-level keys of a manifest.
const maxManifest = 32

// Manifest returns a problem for a document that parses and is not a configuration but
// contains one: the manifest of a ConfigMap or another object of Kubernetes, its data
// alone, or a file encrypted by SOPS. Otherwise it returns nil. isKey reports whether the
// configuration has a key, since "kind" and "sops" may be its own. The hint quotes keys of
// the document only if quote is set. The cost is negligible.
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
	at := func(c *document.Child, message, hint string) *document.Problem {
		return &document.Problem{Code: "syntax", Line: int(c.Line), Column: int(c.Column), Message: message, Hint: hint}
	}
	if c := own("sops"); c != nil && child(&c.Node, "mac") != nil {
		return at(c, "this is encrypted by SOPS", "decrypt it before it is used as configuration")
	}
	if data := own("data"); data != nil && len(root.Children) <= 2 {
		if names := documents(&data.Node); len(names) > 0 && len(names) == len(data.Node.Children) {
			return at(data, "this is the data of a ConfigMap, not the configuration in it", configHint(names, quote))
		}
	}
	kind := own("kind")
	if kind == nil || kind.Node.Kind != document.String || child(root, "apiVersion") == nil {
		return nil
	}
	if data := child(root, "data"); data != nil && len(data.Node.Children) > 0 && kind.Node.Text == "ConfigMap" {
		return at(kind, "this is the manifest of a ConfigMap, not the configuration in it", configHint(documents(&data.Node), quote))
	}
	name := "an object of Kubernetes"
	if slices.Contains(kinds, kind.Node.Text) {
		name = "a " + kind.Node.Text
	}
	return at(kind, "this is the manifest of "+name+", not a configuration", "check which file is mounted here")
}

// configHint returns the hint with the names in a ConfigMap under which the configuration
// is.
func configHint(names []string, quote bool) string {
	under := "data"
	if quote && len(names) > 0 {
		under += "." + strings.Join(names[:min(len(names), 3)], " or data.")
	}
	return "the configuration is under " + under + "; mount the ConfigMap, or use that text alone"
}

// documents returns the quoted keys of the texts in a map whose names are those of
// documents.
func documents(n *document.Node) (names []string) {
	for _, c := range n.Children {
		if _, ok := document.FormatOf(c.Key); ok && c.Node.Kind == document.String {
			names = append(names, strconv.Quote(c.Key))
		}
	}
	return names
}

func child(n *document.Node, key string) *document.Child {
	for i := range n.Children {
		if n.Kind == document.Map && n.Children[i].Key == key {
			return &n.Children[i]
		}
	}
	return nil
}
