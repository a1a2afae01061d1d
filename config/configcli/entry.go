package configcli

import (
	"fmt"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"example.com/lastgood/config"
	objects "example.com/lastgood/internal/manifest"
	"example.com/lastgood/internal/redact"
	"example.com/lastgood/internal/source"
)

// entry is one key of a ConfigMap or Secret, which is a file once that is mounted.
type entry struct {
	kind         string // of the object
	key, field   string
	line, column int // of the key in the manifest

	text     string // of the value
	isBase64 bool
	above    int // the line of the manifest with the "|" of the text, or 0
}

// codeManifest is the code of what Kubernetes would refuse.
const codeManifest = "manifest"

// entry returns the entry of a key and its value, or what is wrong with it.
func (r reader) entry(key, value *yaml.Node, isBase64 bool) (*entry, *config.Problem) {
	e := &entry{key: key.Value, text: value.Value, isBase64: isBase64}
	seen := r.seen[value] // an alias names it again
	r.seen[value] = true
	switch {
	case key.Kind != yaml.ScalarNode || !objects.IsFileName(e.key):
		return e, &config.Problem{Code: codeManifest, Message: "the key " + quoted(e.key) + " is no file name",
			Hint: `it must be 1 to 253 of the characters A-Z, a-z, 0-9, ".", "-" and "_", and not begin with ".."`}
	case value.Kind != yaml.ScalarNode:
		return e, &config.Problem{Code: codeManifest, Message: e.key + " must be a text, not a " + shape(value),
			Hint: `write "|" behind the key for a text of several lines`}
	case value.Tag == "!!int" || value.Tag == "!!float" || value.Tag == "!!bool":
		return e, &config.Problem{Code: codeManifest, Message: e.key + " must be a text", Hint: "put the value in quotes"}
	case isBase64 && !seen:
		if _, err := e.data(); err != nil {
			return e, &config.Problem{Code: codeManifest, Message: e.key + " is not base64"}
		}
	case value.Style&yaml.LiteralStyle != 0:
		e.above, _ = r.place(value.Line, value.Column)
	}
	return e, nil
}

// data returns what the file holds.
func (e *entry) data() ([]byte, error) { return objects.Data(e.text, e.isBase64) }

// quoted is a key in a message.
func quoted(key string) string {
	const most = 60
	if runes := []rune(key); len(runes) > most {
		key = string(runes[:most]) + "…"
	}
	return redact.Escape(strconv.Quote(key))
}

func shape(n *yaml.Node) string {
	if n.Kind == yaml.SequenceNode {
		return "list"
	}
	return "map"
}

// document returns an entry as a document to judge. What stands in the manifest line by
// line has the places of the manifest.
func (m *manifest) document(e *entry) (source.Place, error) {
	data, err := e.data()
	if err != nil {
		return source.Place{}, err
	}
	path, margin := e.elsewhere(m.name), source.Margin{}
	if left, ok := m.indent(e); ok {
		path, margin = m.name, source.Margin{Above: e.above, Left: left}
	}
	return objects.Document(e.kind, e.key, path, data, margin), nil
}

// elsewhere is what to call an entry whose lines are not those of the manifest.
func (e *entry) elsewhere(manifest string) string { return e.key + " of " + manifest }

// indent returns how many blanks stand before each line of an entry's text, and whether
// it stands in the manifest line by line. It compares them: after one of YAML's rarer
// line breaks, they are others.
func (m *manifest) indent(e *entry) (int, bool) {
	lines := strings.Split(strings.TrimRight(e.text, "\n"), "\n")
	if e.isBase64 || e.above == 0 || e.above+len(lines) > len(m.lines) {
		return 0, false
	}
	indent := ""
	for i, line := range lines {
		in := strings.TrimSuffix(m.lines[e.above+i], "\r")
		if indent == "" && line != "" {
			indent = in[:min(max(len(in)-len(line), 0), len(in)-len(strings.TrimLeft(in, " ")))]
		}
		if in != indent+line && (line != "" || strings.Trim(in, " ") != "") {
			return 0, false
		}
	}
	return len(indent), true
}

// locate returns a problem with its place in the manifest. The lines of data that does
// not stand there line by line are in the message.
func (e *entry) locate(p config.Problem, manifest string) config.Problem {
	if p.Origin.Name != e.elsewhere(manifest) {
		return p
	}
	if p.Origin.Line > 0 {
		p.Message = fmt.Sprintf("line %d of %s: %s", p.Origin.Line, e.key, p.Message)
	}
	p.Origin = config.Origin{Kind: p.Origin.Kind, Name: manifest, Line: e.line}
	return p
}
