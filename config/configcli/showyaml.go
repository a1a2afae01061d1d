package configcli

import (
	"io"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"example.com/lastgood/config"
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
		if value.Kind != yaml.ScalarNode {
			value.Style = yaml.FlowStyle
		}
		value.LineComment = "# " + from(s)
		*at = *value
	}
	e := yaml.NewEncoder(w)
	e.SetIndent(2)
	if err := e.Encode(root); err != nil {
		return err
	}
	return e.Close()
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
		n.Content = append(n.Content, key, made)
		return made
	}
	n.Kind = yaml.SequenceNode
	for len(n.Content) <= s.index {
		n.Content = append(n.Content, &yaml.Node{})
	}
	return n.Content[s.index]
}
