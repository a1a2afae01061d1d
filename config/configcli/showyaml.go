package configcli

import (
	"bytes"
	"errors"
	"io"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"example.com/lastgood/config"
	"example.com/lastgood/internal/redact"
)

// showYAML prints settings as a YAML document, with their origins in comments.
func showYAML(w io.Writer, all []config.Setting) error {
	root := &yaml.Node{Kind: yaml.MappingNode}
	for _, s := range all {
		at := root
		for _, step := range steps(s.Key) {
			at = child(at, step)
		}
		value := &yaml.Node{}
		if err := value.Encode(s.Value); err != nil {
			return err
		}
		quoteInvisible(value)
		if value.Kind != yaml.ScalarNode {
			value.Style = yaml.FlowStyle
		}
		value.LineComment = "# " + origins(s)
		*at = *value
	}
	var b bytes.Buffer
	e := yaml.NewEncoder(&b)
	e.SetIndent(2)
	if err := errors.Join(e.Encode(root), e.Close()); err != nil {
		return err
	}
	// Invisible characters are now all in double quotes, where YAML has the escapes of JSON.
	_, err := w.Write(redact.JSON(b.Bytes()))
	return err
}

// quoteInvisible sets double quotes as the style of texts with invisible characters or line breaks.
func quoteInvisible(n *yaml.Node) {
	if n.Kind == yaml.ScalarNode && redact.Escape(n.Value) != n.Value {
		n.Style = yaml.DoubleQuotedStyle
	}
	for _, c := range n.Content {
		quoteInvisible(c)
	}
}

// step is one part of a key: the key of an entry, or the index of an item.
type step struct {
	key   string
	index int // if isKey is false
	isKey bool
}

// steps parses a key such as upstreams[2].url or flags["a.b"].
func steps(key string) []step {
	var all []step
	for key != "" {
		if rest, ok := strings.CutPrefix(key, "["); ok {
			if quoted, err := strconv.QuotedPrefix(rest); err == nil {
				name, _ := strconv.Unquote(quoted) // QuotedPrefix has checked it
				all = append(all, step{key: name, isKey: true})
				key = strings.TrimPrefix(rest[len(quoted):], "]")
				continue
			}
			number, after, _ := strings.Cut(rest, "]")
			index, _ := strconv.Atoi(number) // Settings writes only numbers here
			all = append(all, step{index: index})
			key = after
			continue
		}
		key = strings.TrimPrefix(key, ".")
		end := strings.IndexAny(key, ".[")
		if end < 0 {
			end = len(key)
		}
		all = append(all, step{key: key[:end], isKey: true})
		key = key[end:]
	}
	return all
}

// child returns the child of n that a step names, and adds it if it does not exist.
func child(n *yaml.Node, s step) *yaml.Node {
	if s.isKey {
		n.Kind = yaml.MappingNode
		for i := 0; i+1 < len(n.Content); i += 2 {
			if n.Content[i].Value == s.key {
				return n.Content[i+1]
			}
		}
		key, value := &yaml.Node{}, &yaml.Node{}
		key.SetString(s.key)
		quoteInvisible(key)
		n.Content = append(n.Content, key, value)
		return value
	}
	n.Kind = yaml.SequenceNode
	for len(n.Content) <= s.index {
		n.Content = append(n.Content, &yaml.Node{})
	}
	return n.Content[s.index]
}
