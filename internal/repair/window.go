package repair

import (
	"regexp"
	"strings"

	"example.com/lastgood/internal/document"
)

// window is the part of a document that is parsed at each try.
type window struct {
	from, to int // lines

	// before precedes them: the anchors that aliases in them need.
	before string
}

// enough is how many bytes of a large document are parsed before and behind the place.
const enough = 8 << 10

// window returns the lines to try changes on: all of them, unless the document is large.
// Then they are cut at keys of the top level, where that is sound: if they do not parse,
// as the whole does not, something in them is the cause, and as each key of the top level
// starts anew, what repairs them repairs the document up to the next mistake. JSON has no
// such places.
func (s *search) window() window {
	w := window{to: len(s.lines)}
	at := s.line(s.problem)
	if s.format == document.JSON || s.size(w.from, w.to) <= 4*enough {
		return w
	}
	size := 0
	for i := at; i > 0; i-- {
		size += len(s.lines[i]) + 1
		if size > enough && s.isTop(i) {
			w.from = i
			break
		}
	}
	size = 0
	for i := at + 1; i < len(s.lines); i++ {
		size += len(s.lines[i]) + 1
		if size > enough && s.isTop(i) {
			w.to = i
			break
		}
	}
	if s.format == document.YAML && w.from > 0 {
		w.before = anchors(s.lines[w.from:w.to])
	}
	text := w.before + s.text(w.from, w.to, nil)
	s.parsed += len(text)
	if document.Accepts(s.format, text) != nil {
		return window{to: len(s.lines)}
	}
	return w
}

// isTop reports whether a line starts a key of the top level, or a table.
func (d *doc) isTop(i int) bool {
	line := d.lines[i]
	if d.format == document.TOML {
		return strings.HasPrefix(line, "[")
	}
	return topKey.MatchString(line)
}

var tomlKey = regexp.MustCompile(`^\s*(?:` + tomlName + `)\s*=`)

var topKey = regexp.MustCompile(`^[A-Za-z_][\w.-]*:( |$)`)

// cut ends a window at the next key of the top level, from a line on, and reports whether
// that changes it.
func (w *window) cut(d *doc, line int) bool {
	if d.format == document.JSON {
		return false
	}
	for i := line; i < w.to; i++ {
		if d.isTop(i) || d.format == document.TOML && tomlKey.MatchString(d.lines[i]) {
			w.to = i
			return true
		}
	}
	return false
}

var alias = regexp.MustCompile(`[ \[,]\*([^\s,\[\]{}]+)`)

// anchors returns a line with the anchors that aliases in lines may stand for.
func anchors(lines []string) string {
	seen := map[string]bool{}
	var b strings.Builder
	for _, line := range lines {
		for _, m := range alias.FindAllStringSubmatch(line, -1) {
			if !seen[m[1]] {
				seen[m[1]] = true
				b.WriteString(", &" + m[1] + " {}")
			}
		}
	}
	if b.Len() == 0 {
		return ""
	}
	return `"": [` + b.String()[2:] + "]\n"
}
