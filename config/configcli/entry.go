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

// entry is one key of a ConfigMap or Secret: a file of the volume that mounts the object.
type entry struct {
	kind         string // of the object
	key, field   string
	line, column int // of the key in the manifest

	text     string // of the value
	isBase64 bool
	above    int // the line of the manifest with the "|" of the text, or 0
}

// codeManifest is the code of problems that Kubernetes would refuse.
const codeManifest = "manifest"

// entry returns the entry of a key and its value, or a problem.
func (r reader) entry(key, value *yaml.Node, isBase64 bool) (*entry, *config.Problem) {
	e := &entry{key: key.Value, text: value.Value, isBase64: isBase64}
	seen := r.seen[value] // by an alias
	r.seen[value] = true
	switch {
	case key.Kind != yaml.ScalarNode || !objects.IsFileName(e.key):
		return e, &config.Problem{Code: codeManifest, Message: "the key " + quoted(e.key) + " is no file name",
			Hint: `it must be 1 to 253 of the characters A-Z, a-z, 0-9, ".", "-" and "_", and not begin with ".."`}
	case value.Kind != yaml.ScalarNode:
		return e, &config.Problem{Code: codeManifest, Message: e.key + " must be a text, not a " + kindOf(value),
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

// data returns the content of the file.
func (e *entry) data() ([]byte, error) { return objects.Data(e.text, e.isBase64) }

// quoted returns a key as it is shown in messages.
func quoted(key string) string {
	const maxLen = 60
	if runes := []rune(key); len(runes) > maxLen {
		key = string(runes[:maxLen]) + "…"
	}
	return redact.Escape(strconv.Quote(key))
}

func kindOf(n *yaml.Node) string {
	if n.Kind == yaml.SequenceNode {
		return "list"
	}
	return "map"
}

// document returns an entry as a document to check. If the manifest contains its text line by
// line, problems have the lines and columns of the manifest.
func (m *manifest) document(e *entry) (source.Place, error) {
	data, err := e.data()
	if err != nil {
		return source.Place{}, err
	}
	path, margin := e.ownPath(m.name), source.Margin{}
	if left, ok := m.indent(e); ok {
		path, margin = m.name, source.Margin{Above: e.above, Left: left}
	}
	return objects.Document(e.kind, e.key, path, data, margin), nil
}

// ownPath returns the path of an entry whose lines are not those of the manifest.
func (e *entry) ownPath(manifest string) string { return e.key + " of " + manifest }

// indent returns the indentation of an entry's text in the manifest, and whether the manifest
// contains that text line by line. It compares the lines, because YAML has line breaks other
// than "\n".
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

// locate returns a problem with its place in the manifest. Where the manifest does not contain
// the data line by line, the message has the line of the data.
func (e *entry) locate(p config.Problem, manifest string) config.Problem {
	if p.Origin.Name != e.ownPath(manifest) {
		return p
	}
	if p.Origin.Line > 0 {
		p.Message = fmt.Sprintf("line %d of %s: %s", p.Origin.Line, e.key, p.Message)
	}
	p.Origin = config.Origin{Kind: p.Origin.Kind, Name: manifest, Line: e.line}
	return p
}
