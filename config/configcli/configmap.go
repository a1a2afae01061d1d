package configcli

import (
	"bytes"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"example.com/lastgood/config"
)

// configMap is a Kubernetes ConfigMap in a manifest.
type configMap struct {
	file, name string
	data       []entry
}

// entry is one key of a ConfigMap's data.
type entry struct {
	key, text string
	line      int // of the key in the manifest
	above     int // lines of the manifest above the text's first; 0 unless the text stands in it line by line
	indent    int // of these lines
}

// configMaps returns the ConfigMaps in a manifest, and whether the file is one: a
// stream of YAML documents of which one at least is a ConfigMap, or a list with one.
func configMaps(in input) (found []configMap, manifest bool) {
	if !bytes.Contains(in.data, []byte("ConfigMap")) {
		return nil, false
	}
	decoder := yaml.NewDecoder(bytes.NewReader(in.data))
	lines := strings.Split(string(in.data), "\n")
	for {
		var doc yaml.Node
		if decoder.Decode(&doc) != nil { // the end, or a mistake that the check reports if there is no ConfigMap
			return found, len(found) > 0
		}
		if len(doc.Content) == 1 {
			found = appendMaps(found, in.name, lines, doc.Content[0])
		}
	}
}

func appendMaps(found []configMap, file string, lines []string, object *yaml.Node) []configMap {
	switch kind := text(object, "kind"); {
	case kind == "List" || kind == "ConfigMapList":
		if items := value(object, "items"); items != nil {
			for _, item := range items.Content {
				found = appendMaps(found, file, lines, item)
			}
		}
	case kind == "ConfigMap" && text(object, "apiVersion") == "v1":
		m := configMap{file: file, name: text(value(object, "metadata"), "name")}
		if data := value(object, "data"); data != nil && data.Kind == yaml.MappingNode {
			for i := 0; i+1 < len(data.Content); i += 2 {
				m.data = append(m.data, newEntry(lines, data.Content[i], data.Content[i+1]))
			}
		}
		found = append(found, m)
	}
	return found
}

// value returns the value of a key, or nil.
func value(object *yaml.Node, key string) *yaml.Node {
	if object == nil || object.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(object.Content); i += 2 {
		if object.Content[i].Value == key {
			return object.Content[i+1]
		}
	}
	return nil
}

func text(object *yaml.Node, key string) string {
	if v := value(object, key); v != nil {
		return v.Value
	}
	return ""
}

func newEntry(lines []string, key, value *yaml.Node) entry {
	e := entry{key: key.Value, text: value.Value, line: key.Line}
	if value.Style != yaml.LiteralStyle {
		return e
	}
	e.above = value.Line // that of the "|"
	for i, line := range strings.Split(e.text, "\n") {
		if at := e.above + i; strings.TrimSpace(line) != "" && at < len(lines) {
			e.indent = len(lines[at]) - len(strings.TrimRight(line, "\r")) - strings.Count(lines[at], "\r")
			break
		}
	}
	return e
}

// padded returns the text with empty lines before it, so that line numbers are those
// of the manifest, also where messages mention them.
func (e entry) padded() []byte {
	return []byte(strings.Repeat("\n", e.above) + e.text)
}

// choose returns the entries with the given keys, or else the only one whose name is
// that of a configuration file.
func (m configMap) choose(keys []string) ([]entry, error) {
	var chosen []entry
	if len(keys) > 0 {
		for _, key := range keys {
			if i := slices.IndexFunc(m.data, func(e entry) bool { return e.key == key }); i >= 0 {
				chosen = append(chosen, m.data[i])
			}
		}
		return chosen, nil
	}
	for _, e := range m.data {
		switch strings.ToLower(filepath.Ext(e.key)) {
		case ".yaml", ".yml", ".toml", ".json":
			chosen = append(chosen, e)
		}
	}
	if len(chosen) > 1 {
		return nil, fmt.Errorf("%s: the ConfigMap %s has %s and %s; say with --key which to check", m.file, m.name, chosen[0].key, chosen[1].key)
	}
	return chosen, nil
}

// place tells where in the manifest a problem with the data under key is.
func (m configMap) place(p config.Problem, key string) config.Problem {
	e := m.data[slices.IndexFunc(m.data, func(e entry) bool { return e.key == key })]
	inside := p.Origin.Line
	p.Origin.Name = near(config.Origin{Name: m.file})
	switch {
	case inside == 0:
		p.Origin.Line = e.line
	case e.above == 0: // quoted or folded, so that the manifest has other lines
		p.Origin.Line, p.Origin.Column = e.line, 0
		p.Message = fmt.Sprintf("line %d of %s: %s", inside, e.key, p.Message)
	case p.Origin.Column > 0:
		p.Origin.Column += e.indent
	}
	return p
}
