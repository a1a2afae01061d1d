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
	w.from, w.to = s.top(at, -1), s.top(at+1, 1)
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

// top returns the first line in a direction from which on lines can be cut off, if there
// are enough bytes before it: a key of the top level, or else the end.
func (d *doc) top(i, step int) int {
	for size := 0; 0 < i && i < len(d.lines); i += step {
		if size += len(d.lines[i]) + 1; size > enough && d.isTop(i) {
			break
		}
	}
	return i
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
	all := []string{`"": [`}
	for _, m := range alias.FindAllStringSubmatch(strings.Join(lines, "\n"), -1) {
		if !seen[m[1]] {
			seen[m[1]] = true
			all = append(all, "&"+m[1]+" {},")
		}
	}
	return strings.Join(append(all, "]\n"), "")
}
