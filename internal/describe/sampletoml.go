package describe

import (
	"bytes"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
)

// table writes the settings of a section in TOML: first its values, as what follows
// the heading of a table belongs to that.
func (w writer) table(all []*setting, path string) []string {
	var lines []string
	for _, n := range all {
		if n.form == leaf {
			lines = append(append(lines, ""), w.prose(n, 0)...)
			lines = append(lines, switched([]string{w.key(n.field.Key) + " = " + w.value(n.values[n.at])}, n)...)
		}
	}
	for _, n := range all {
		name := path + w.key(n.field.Key)
		heading := "[" + name + "]"
		switch n.form {
		case leaf:
			continue
		case items:
			heading = "[" + heading + "]"
		case entries:
			name += "." + entryName
			heading = "[" + name + "]"
		}
		lines = append(append(lines, ""), w.prose(n, 0)...)
		lines = append(lines, switched(append([]string{heading}, w.table(n.children, name+".")...), n)...)
	}
	return lines
}

func tomlKey(key string) string {
	const bare = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"
	if key != "" && strings.Trim(key, bare) == "" {
		return key
	}
	return tomlValue(key)
}

// tomlValue writes a value on one line.
func tomlValue(value any) string {
	switch value := value.(type) {
	case string:
		return string(bytes.ReplaceAll(scalar(value), []byte("\x7f"), []byte(`\u007F`)))
	case float64:
		switch {
		case math.IsInf(value, 0), math.IsNaN(value):
			return strings.ToLower(strings.TrimPrefix(fmt.Sprint(value), "+"))
		case value == math.Trunc(value) && math.Abs(value) < 1<<53:
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
	return string(scalar(value))
}
