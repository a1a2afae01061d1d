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

// showYAML prints settings as a configuration file has them, with their origins in
// comments.
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
		quoteHidden(value)
		if value.Kind != yaml.ScalarNode {
			value.Style = yaml.FlowStyle
		}
		value.LineComment = "# " + from(s)
		*at = *value
	}
	var b bytes.Buffer
	e := yaml.NewEncoder(&b)
	e.SetIndent(2)
	if err := errors.Join(e.Encode(root), e.Close()); err != nil {
		return err
	}
	// What is left to escape is in double quotes, where YAML has the escapes of JSON.
	_, err := w.Write(redact.JSON(b.Bytes()))
	return err
}

// quoteHidden has texts with something that cannot be seen in them, line breaks too,
// written in double quotes.
func quoteHidden(n *yaml.Node) {
	if n.Kind == yaml.ScalarNode && redact.Escape(n.Value) != n.Value {
		n.Style = yaml.DoubleQuotedStyle
	}
	for _, c := range n.Content {
		quoteHidden(c)
	}
}

// step leads from a value to one in it.
type step struct {
	key   string
	index int // where isKey is false
	isKey bool
}

// steps takes a key apart: upstreams[2].url, flags["a.b"].
func steps(key string) []step {
	var all []step
	for key != "" {
		if rest, is := strings.CutPrefix(key, "["); is {
			if quoted, err := strconv.QuotedPrefix(rest); err == nil {
				name, _ := strconv.Unquote(quoted) // it is one, or would be no prefix
				all = append(all, step{key: name, isKey: true})
				key = strings.TrimPrefix(rest[len(quoted):], "]")
				continue
			}
			number, after, _ := strings.Cut(rest, "]")
			index, _ := strconv.Atoi(number) // of what Settings listed
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

// child returns the node that a step leads to, and makes it if need be.
func child(n *yaml.Node, s step) *yaml.Node {
	if s.isKey {
		n.Kind = yaml.MappingNode
		for i := 0; i+1 < len(n.Content); i += 2 {
			if n.Content[i].Value == s.key {
				return n.Content[i+1]
			}
		}
		key, made := &yaml.Node{}, &yaml.Node{}
		key.SetString(s.key)
		quoteHidden(key)
		n.Content = append(n.Content, key, made)
		return made
	}
	n.Kind = yaml.SequenceNode
	for len(n.Content) <= s.index {
		n.Content = append(n.Content, &yaml.Node{})
	}
	return n.Content[s.index]
}
