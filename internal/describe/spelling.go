package describe

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// YAML writes a value of a setting on one line.
func YAML(value any) string {
	var n yaml.Node
	if text, is := value.(string); is {
		n.SetString(text)
	} else if err := n.Encode(value); err != nil {
		return scalar(value)
	}
	onOneLine(&n)
	out, err := yaml.Marshal(&n)
	if err != nil {
		return scalar(value)
	}
	return strings.TrimSpace(string(out))
}

func onOneLine(n *yaml.Node) {
	switch {
	case n.Kind != yaml.ScalarNode:
		n.Style = yaml.FlowStyle
	case strings.ContainsAny(n.Value, "\n\r\u0085\u2028\u2029"):
		n.Style = yaml.DoubleQuotedStyle
	}
	for _, child := range n.Content {
		onOneLine(child)
	}
}

func tomlKey(key any) string {
	const bare = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"
	text := plain(key)
	if text != "" && strings.Trim(text, bare) == "" {
		return text
	}
	return tomlValue(text)
}

// tomlValue writes a value on one line. TOML has the scalars of JSON, but for U+007F, whole
// floats and integers of more than 63 bits.
func tomlValue(value any) string {
	switch value := value.(type) {
	case string:
		return strings.ReplaceAll(scalar(value), "\x7f", `\u007F`)
	case uint64:
		if value > math.MaxInt64 {
			return `"` + scalar(value) + `"`
		}
	case float64:
		if value == math.Trunc(value) && math.Abs(value) < 1<<53 {
			return fmt.Sprintf("%.1f", value)
		}
	case []any:
		parts := make([]string, len(value))
		for i := range value {
			parts[i] = tomlValue(value[i])
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case map[string]any:
		var parts []string
		for _, key := range slices.Sorted(maps.Keys(value)) {
			parts = append(parts, tomlKey(key)+" = "+tomlValue(value[key]))
		}
		if len(parts) == 0 {
			return "{}"
		}
		return "{ " + strings.Join(parts, ", ") + " }"
	}
	return scalar(value)
}
