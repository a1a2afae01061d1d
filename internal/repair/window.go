package repair

import (
	"regexp"
	"strings"

	"example.com/lastgood/internal/document"
)

// window is the part of a document that is parsed in each try.
type window struct {
	from, to int // lines

	// before is text that precedes them: the anchors that their aliases need.
	before string
}

// windowBytes is the number of bytes of a large document that are parsed before and after
// the place.
const windowBytes = 8 << 10

// window returns the lines on which to try changes: all of them, unless the document is
// large. Then it is cut at top-level keys, if the part between them does not parse either:
// then its mistake is the cause, and since each top-level key starts anew, a change that
// repairs the part repairs the document up to the next mistake. JSON cannot be cut.
func (s *search) window() window {
	w := window{to: len(s.lines)}
	at := s.line(s.problem)
	if s.format == document.JSON || s.size(w.from, w.to) <= 4*windowBytes {
		return w
	}
	w.from, w.to = s.topKey(at, -1), s.topKey(at+1, 1)
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

// topKey returns the first line from i on, in a direction, at which the document can be cut
// after windowBytes: a top-level key, or else the end.
func (d *doc) topKey(i, step int) int {
	for size := 0; 0 < i && i < len(d.lines); i += step {
		if size += len(d.lines[i]) + 1; size > windowBytes && d.isTop(i) {
			break
		}
	}
	return i
}

// isTop reports whether a line starts a top-level key, or a table.
func (d *doc) isTop(i int) bool {
	line := d.lines[i]
	if d.format == document.TOML {
		return strings.HasPrefix(line, "[")
	}
	return topKey.MatchString(line)
}

var tomlKey = regexp.MustCompile(`^\s*(?:` + tomlName + `)\s*=`)

var topKey = regexp.MustCompile(`^[A-Za-z_][\w.-]*:( |$)`)

// cut ends a window at the next top-level key at or below a line, and reports whether that
// changes it.
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

// anchors returns a line that defines all anchors that aliases in lines refer to.
func anchors(lines []string) string {
	seen := map[string]bool{}
	all := []string{`"": [`}
	for _, m := range alias.FindAllStringSubmatch(strings.Join(lines, "\n"), -1) {
		if !seen[m[1]] {
			seen[m[1]] = true
			all = append(all, "&"+m[1]+" {},")
		}
	}
	return strings.Join(append(all, "]\n"), "")
}
