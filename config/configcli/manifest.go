package configcli

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"example.com/lastgood/config"
	"example.com/lastgood/internal/document"
)

// manifest is a stream of Kubernetes objects.
type manifest struct {
	name     string // in the output
	lines    []string
	objects  []*object
	pods     []podTemplate
	problems []config.Problem
}

// object is a ConfigMap or Secret.
type object struct {
	kind, namespace, name string

	entries []*entry
	byKey   map[string]*entry
}

// find returns an object, or nil.
func (m *manifest) find(kind, namespace, name string) *object {
	for _, o := range m.objects {
		if o.kind == kind && o.namespace == namespace && o.name == name {
			return o
		}
	}
	return nil
}

// newManifest returns the ConfigMaps and Secrets in data, and whether there is at least one, be
// it in a list. The stream is split at the lines with "---", as kubectl does, so that each object
// is found whatever is wrong with the others.
func newManifest(name string, data []byte) (m *manifest, ok bool) {
	if !bytes.Contains(data, []byte("ConfigMap")) && !bytes.Contains(data, []byte("Secret")) {
		return nil, false
	}
	m = &manifest{name: name, lines: strings.Split(string(data), "\n")}
	for first, i := 0, 1; i <= len(m.lines); i++ {
		if i == len(m.lines) || strings.HasPrefix(m.lines[i], "---") {
			m.read(strings.Join(m.lines[first:i], "\n"), first)
			first = i
		}
	}
	return m, len(m.objects) > 0
}

// read adds the objects of one document of the stream, which has so many lines above it.
func (m *manifest) read(text string, above int) {
	var doc yaml.Node
	if err := yaml.Unmarshal([]byte(text), &doc); err != nil {
		_, problems := document.ParsePart(document.YAML, []byte(text), above)
		for _, p := range problems {
			m.problem(config.Problem{Code: p.Code, Message: p.Message, Hint: p.Hint}, p.Line, p.Column)
		}
		if len(problems) == 0 {
			m.problem(config.Problem{Code: config.CodeSyntax, Message: "invalid YAML"}, above+1, 0)
		}
		return
	}
	if len(doc.Content) == 1 {
		r := reader{manifest: m, place: document.YAMLPlaces(text, above), seen: map[*yaml.Node]bool{}}
		r.object(doc.Content[0], "")
	}
}

// problem adds a problem of the manifest itself.
func (m *manifest) problem(p config.Problem, line, column int) {
	p.Origin = config.Origin{Kind: config.OriginFile, Name: m.name, Line: line, Column: column}
	m.problems = append(m.problems, p)
}

// reader reads the objects of one document of a manifest.
type reader struct {
	*manifest
	place func(line, column int) (int, int)
	seen  map[*yaml.Node]bool // nodes that were read; an alias can lead to one again
}

// object adds a ConfigMap, a Secret, the template of pods, or the items of a list. defaultKind is
// the kind of an item that names none, as in a ConfigMapList.
func (r reader) object(n *yaml.Node, defaultKind string) {
	if n = resolved(n); r.seen[n] {
		return
	}
	r.seen[n] = true
	kind, version := cmp.Or(textOf(n, "kind"), defaultKind), textOf(n, "apiVersion")
	if slices.Contains([]string{"", "List", "ConfigMapList", "SecretList", "ConfigMap", "Secret"}, kind) {
		r.fields(n)
	}
	namespace := textOf(value(n, "metadata"), "namespace")
	switch {
	case podSpec[kind] != nil:
		spec := n
		for _, key := range podSpec[kind] {
			spec = value(spec, key)
		}
		r.pods = append(r.pods, podTemplate{namespace, spec})
	case kind == "List" || kind == "ConfigMapList" || kind == "SecretList":
		if items := value(n, "items"); items != nil && items.Kind == yaml.SequenceNode {
			for _, item := range items.Content {
				r.object(item, strings.TrimSuffix(kind, "List"))
			}
		}
	case version != "v1" && (version != "" || defaultKind == ""):
	case kind == "ConfigMap" || kind == "Secret":
		o := &object{kind: kind, namespace: namespace, name: textOf(value(n, "metadata"), "name"), byKey: map[string]*entry{}}
		if kind == "ConfigMap" {
			r.entries(o, "data", value(n, "data"), false)
			r.entries(o, "binaryData", value(n, "binaryData"), true)
		} else {
			r.entries(o, "stringData", value(n, "stringData"), false) // overrides data
			r.entries(o, "data", value(n, "data"), true)
		}
		r.objects = append(r.objects, o)
	}
}

// fields reports duplicate fields and merge keys of an object, which Kubernetes could read
// differently.
func (r reader) fields(n *yaml.Node) {
	lines := map[string]int{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := resolved(n.Content[i])
		line, column := r.place(n.Content[i].Line, n.Content[i].Column)
		switch first := lines[key.Value]; {
		case key.Tag == "!!merge":
			r.problem(config.Problem{Code: codeManifest, Key: key.Value, Message: "a merge key is not followed in a manifest",
				Hint: "write the merged fields out"}, line, column)
		case first > 0:
			r.problem(duplicateKey(key.Value, first), line, column)
		}
		lines[key.Value] = line
	}
}

func duplicateKey(key string, first int) config.Problem {
	return config.Problem{Code: config.CodeDuplicateKey, Hint: "keep one",
		Message: fmt.Sprintf("the key %s is already set on line %d", quoted(key), first)}
}

// entries adds the entries of a field of an object, such as data.
func (r reader) entries(o *object, field string, data *yaml.Node, isBase64 bool) {
	switch {
	case data == nil || data.Tag == "!!null":
		return
	case data.Kind != yaml.MappingNode:
		line, column := r.place(data.Line, data.Column)
		r.problem(config.Problem{Code: codeManifest, Key: field, Message: "it must be a map of texts"}, line, column)
		return
	}
	for i := 0; i+1 < len(data.Content); i += 2 {
		e, problem := r.entry(resolved(data.Content[i]), resolved(data.Content[i+1]), isBase64)
		e.kind, e.field = o.kind, field
		e.line, e.column = r.place(data.Content[i].Line, data.Content[i].Column)
		switch other := o.byKey[e.key]; {
		case problem != nil:
		case other == nil:
			o.entries, o.byKey[e.key] = append(o.entries, e), e
		case o.kind == "Secret" && other.field != field:
		default:
			duplicate := duplicateKey(e.key, other.line)
			problem = &duplicate
		}
		if problem != nil {
			problem.Key = field
			r.problem(*problem, e.line, e.column)
		}
	}
}

// resolved returns the node to which an alias leads, or n.
func resolved(n *yaml.Node) *yaml.Node {
	if n != nil && n.Kind == yaml.AliasNode {
		return n.Alias
	}
	return n
}

// value returns the value of a key, or nil. Of a duplicate key it is the last, as for Kubernetes.
func value(object *yaml.Node, key string) *yaml.Node {
	if object == nil || object.Kind != yaml.MappingNode {
		return nil
	}
	for i := len(object.Content) - 2; i >= 0; i -= 2 {
		if resolved(object.Content[i]).Value == key {
			return resolved(object.Content[i+1])
		}
	}
	return nil
}

// textOf returns the value of a key as text, or "".
func textOf(object *yaml.Node, key string) string {
	if v := value(object, key); v != nil {
		return v.Value
	}
	return ""
}
