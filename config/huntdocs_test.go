package config_test

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
)

// prey is part of every secret text and of no other text. preyNumber is a secret number.
const (
	prey       = "Xq7Zk9Wv3Jt5"
	preyNumber = 918273645
)

// entry is a key of a generated document with its value: a string, an int, a bool, a []any or a
// []entry.
type entry struct {
	key   string
	value any
}

// huntDocument generates a document for hunted with a secret in every position, some of them
// omitted.
func huntDocument(r *rand.Rand) []entry {
	n := 0
	secret := func() string { n++; return prey + string(rune('a'+n%26)) }
	all := []entry{
		{"name", "open"}, {"port", 80}, {"level", "info"}, {"labels", []entry{{"team", "core"}, {"zone", "eu"}}},
		{"server", []entry{{"addr", "localhost"}, {"weight", 3}, {"key", secret()}}},
		{"plain", secret()}, {"tagged", secret()}, {"pointer", secret()}, {"kept", secret()}, {"bytes", secret()},
		{"list", []any{secret(), "xx", secret()}},
		{"map", []entry{{"a", secret()}, {secret(), secret()}}},
		{"tokens", []entry{{secret(), secret()}, {"name", secret()}}},
		{"number", preyNumber},
		{"section", []entry{{"user", secret()}, {"pin", preyNumber}, {"list", []any{secret()}},
			{"deep", []entry{{"keys", []entry{{secret(), secret()}}}}}, {"free", []entry{{secret(), []any{secret()}}}}}},
		{"items", []any{[]entry{{"label", "one"}, {"token", secret()}}, []entry{{"token", secret()}, {"label", "two"}}}},
		{"part", []entry{{"token", secret()}, {"note", "open"}}},
		{"zones", []entry{{"eu", []entry{{"token", secret()}, {"weight", 1}}}, {"us", []entry{{"weight", 2}}}}},
		{"inner", secret()},
		{"free", []any{1, "open", []entry{{"x", true}}}},
	}
	r.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	return all[:len(all)-r.IntN(len(all)/2)]
}

// docWriter writes documents in styles that change at random.
type docWriter struct {
	*rand.Rand
	anchors int
}

func (w *docWriter) document(format string, all []entry) string {
	switch format {
	case "yaml":
		if w.IntN(8) == 0 {
			return w.flow(all) + "\n"
		}
		return w.block(all, "")
	case "toml":
		return w.toml(all)
	}
	return w.json(all, w.IntN(2) == 0, "")
}

// block writes a map in YAML by lines.
func (w *docWriter) block(all []entry, indent string) string {
	var b strings.Builder
	for _, e := range all {
		b.WriteString(indent + w.yamlKey(e.key) + ":" + w.blockValue(e.value, indent) + w.comment() + "\n")
	}
	return b.String()
}

func (w *docWriter) blockValue(value any, indent string) string {
	if w.IntN(3) == 0 {
		return " " + w.flow(value)
	}
	deeper := indent + strings.Repeat(" ", 1+w.IntN(4))
	switch value := value.(type) {
	case []entry:
		return "\n" + strings.TrimSuffix(w.block(value, deeper), "\n")
	case []any:
		var b strings.Builder
		for _, item := range value {
			text := w.blockValue(item, indent+"  ")
			if after, ok := strings.CutPrefix(text, "\n"); ok { // a map begins beside the mark
				text = " " + strings.TrimLeft(after, " ")
				if strings.Contains(text, "\n") {
					text = " " + w.flow(item)
				}
			}
			b.WriteString("\n" + indent + "-" + text)
		}
		return b.String()
	case string:
		if w.IntN(6) == 0 {
			return " |-\n" + deeper + value
		}
	}
	return " " + w.flow(value)
}

// flow writes a value in YAML on one line.
func (w *docWriter) flow(value any) string {
	switch value := value.(type) {
	case []entry:
		parts := make([]string, len(value))
		for i, e := range value {
			parts[i] = w.yamlKey(e.key) + ": " + w.flow(e.value)
		}
		return "{" + strings.Join(parts, ", ") + "}"
	case []any:
		parts := make([]string, len(value))
		for i, item := range value {
			parts[i] = w.flow(item)
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case string:
		before := ""
		if w.IntN(10) == 0 {
			w.anchors++
			before = "&a" + strconv.Itoa(w.anchors) + " "
		}
		if w.IntN(10) == 0 {
			before += "!!str "
		}
		return before + w.quoted(value, "", "'", `"`)
	}
	return fmt.Sprint(value)
}

func (w *docWriter) yamlKey(key string) string { return w.quoted(key, "", "", "", "'", `"`) }

// quoted puts a text between some of the quotes.
func (w *docWriter) quoted(text string, quotes ...string) string {
	quote := quotes[w.IntN(len(quotes))]
	return quote + text + quote
}

func (w *docWriter) comment() string {
	if w.IntN(8) == 0 {
		return " # a note"
	}
	return ""
}

func (w *docWriter) toml(all []entry) string {
	var values, tables strings.Builder
	for _, e := range all {
		key := w.quoted(e.key, "", "", `"`, "'")
		section, isSection := e.value.([]entry)
		switch {
		case !isSection || w.IntN(3) == 0:
			fmt.Fprintf(&values, "%s = %s%s\n", key, w.tomlValue(e.value), w.comment())
		case w.IntN(3) == 0:
			for _, inner := range section {
				fmt.Fprintf(&values, "%s.%s = %s\n", key, w.quoted(inner.key, "", `"`), w.tomlValue(inner.value))
			}
		default:
			fmt.Fprintf(&tables, "[%s]\n", key)
			for _, inner := range section {
				fmt.Fprintf(&tables, "%s = %s\n", w.quoted(inner.key, "", `"`), w.tomlValue(inner.value))
			}
		}
	}
	return values.String() + tables.String()
}

func (w *docWriter) tomlValue(value any) string {
	switch value := value.(type) {
	case []entry:
		parts := make([]string, len(value))
		for i, e := range value {
			parts[i] = e.key + " = " + w.tomlValue(e.value)
		}
		return "{" + strings.Join(parts, ", ") + "}"
	case []any:
		parts := make([]string, len(value))
		for i, item := range value {
			parts[i] = w.tomlValue(item)
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case string:
		return w.quoted(value, `"`, `"`, "'", `"""`, "'''")
	}
	return fmt.Sprint(value)
}

// json writes a value by lines, or on one.
func (w *docWriter) json(value any, byLines bool, indent string) string {
	begin, separator, end := "", ", ", ""
	if byLines {
		begin, separator, end = "\n"+indent+"  ", ",\n"+indent+"  ", "\n"+indent
	}
	switch value := value.(type) {
	case []entry:
		parts := make([]string, len(value))
		for i, e := range value {
			parts[i] = `"` + e.key + `": ` + w.json(e.value, byLines, indent+"  ")
		}
		return "{" + begin + strings.Join(parts, separator) + end + "}"
	case []any:
		parts := make([]string, len(value))
		for i, item := range value {
			parts[i] = w.json(item, byLines, indent+"  ")
		}
		return "[" + begin + strings.Join(parts, separator) + end + "]"
	case string:
		return `"` + value + `"`
	}
	return fmt.Sprint(value)
}

// typing are characters that a finger may slip to.
const typing = " \n\t\"'`{}[]():,;=#|>&*!%@-?.xX0~<\\/\x00\xff\r\u00a0é"

// mistype makes a typing error.
func (w *docWriter) mistype(text string) string {
	if text == "" {
		return text
	}
	i := w.IntN(len(text))
	switch w.IntN(12) {
	case 0, 1:
		return text[:i] + text[i+1:]
	case 2, 3:
		return text[:i] + w.typed() + text[i:]
	case 4:
		return text[:i] + w.typed() + text[i+1:]
	case 5:
		return text[:i+1] + text[i:]
	case 6:
		if i+1 == len(text) {
			return text
		}
		return text[:i] + text[i+1:i+2] + text[i:i+1] + text[i+2:]
	}
	lines := strings.SplitAfter(text, "\n")
	i = w.IntN(len(lines))
	line := lines[i]
	switch w.IntN(7) {
	case 0: // indented, or the other way
		lines[i] = strings.Repeat(" ", 1+w.IntN(4)) + line
	case 1:
		lines[i] = strings.TrimPrefix(line, strings.Repeat(" ", 1+w.IntN(6)))
	case 2:
		lines[i] = strings.TrimLeft(line, " ")
	case 3:
		lines[i] = "\t" + line
	case 4:
		lines[i] = "# " + line
	case 5:
		lines[i] = line + line
	case 6:
		lines[i] = strings.TrimSuffix(line, "\n") // continued on the next line
	}
	return strings.Join(lines, "")
}

func (w *docWriter) typed() string {
	runes := []rune(typing)
	if i := w.IntN(len(runes)); runes[i] != 'ÿ' {
		return string(runes[i])
	}
	return "\xff"
}
