package describe

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// block writes the settings of a section in YAML.
func (w writer) block(all []*setting, indent int) []string {
	var lines []string
	for i, n := range all {
		if i > 0 {
			lines = append(lines, "")
		}
		lines = append(lines, w.prose(n, indent)...)
		lines = append(lines, w.setting(n, indent)...)
	}
	return lines
}

// setting writes a setting without its prose.
func (w writer) setting(n *setting, indent int) []string {
	lines := []string{w.key(n.field.Key) + ":"}
	switch n.form {
	case leaf:
		lines[0] += " " + w.value(n.values[n.at])
	case section:
		lines = append(lines, indented("  ", w.block(n.children, indent+2))...)
	case items:
		lines = append(lines, indented("  ", w.item(n.children, indent+4))...)
	case entries:
		lines = append(lines, "  "+entryName+":")
		lines = append(lines, indented("    ", w.block(n.children, indent+4))...)
	}
	return switched(lines, n)
}

// item writes a section as the only item of a list. The setting behind the dash must
// be one that is not commented out.
func (w writer) item(all []*setting, indent int) []string {
	first := slices.IndexFunc(all, func(n *setting) bool { return n.live || n.form == section && !n.optional })
	if first < 0 {
		return append([]string{"- {}"}, indented("  ", w.block(all, indent))...)
	}
	head, rest := all[first], slices.Concat(all[:first], all[first+1:])
	lines := indented("  ", w.setting(head, indent))
	lines[0] = "- " + strings.TrimPrefix(lines[0], "  ")
	lines = append(w.prose(head, indent), lines...)
	if len(rest) > 0 {
		lines = append(append(lines, ""), indented("  ", w.block(rest, indent))...)
	}
	return lines
}

func indented(by string, lines []string) []string {
	for i, line := range lines {
		if line != "" {
			lines[i] = by + line
		}
	}
	return lines
}

func yamlKey(key string) string { return YAML(key) }

// YAML writes a value of a setting on one line.
func YAML(value any) string {
	var n yaml.Node
	if err := n.Encode(value); err != nil {
		return string(scalar(value))
	}
	onOneLine(&n)
	out, err := yaml.Marshal(&n)
	if err != nil {
		return string(scalar(value))
	}
	return strings.TrimSpace(string(out))
}

func onOneLine(n *yaml.Node) {
	switch n.Kind {
	case yaml.ScalarNode:
		if strings.ContainsAny(n.Value, "\n\r\u0085\u2028\u2029") {
			n.Style = yaml.DoubleQuotedStyle
		}
	default:
		n.Style = yaml.FlowStyle
	}
	for _, child := range n.Content {
		onOneLine(child)
	}
}
