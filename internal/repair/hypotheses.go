package repair

import (
	"regexp"
	"strings"

	"example.com/lastgood/internal/document"
)

// hypotheses collects what may be wrong with a document.
type hypotheses struct {
	*doc
	window window
	at     int // the line at which the parser stopped

	scans []scanned // of the lines of the window
	ranks []int     // of these, how many lines with something on them are above
	unit  int       // by how much the document indents
	all   []change
}

// Costs of hypotheses, to which the distance from the place is added.
const (
	certain   = 1 // there is hardly another reason to write this
	likely    = 3
	possible  = 6
	desperate = 14

	far = 30 // distances beyond count as this one

	// below is added for lines below the place: the parser has not read them.
	below = 4
)

// scan reads all lines of the window.
func (h *hypotheses) scan() {
	count := 0
	text := -1 // the indentation that lines of a block of text exceed
	for i := h.window.from; i < h.window.to; i++ {
		s := scanLine(h.format, h.lines[i])
		if !s.blank() {
			count++
		}
		if h.format == document.YAML && h.lines[i] != "" {
			switch {
			case text >= 0 && (s.indent > text || s.indent == len(h.lines[i])):
				s.text = true
			case !s.blank():
				text = -1
				if blockHeader.MatchString(h.lines[i][s.start():s.end]) {
					text = s.indent
					if s.colon >= 0 {
						text = s.body
					}
				}
			}
		}
		h.scans = append(h.scans, s)
		h.ranks = append(h.ranks, count)
	}
	h.unit = indentUnit(h.scans)
}

var blockHeader = regexp.MustCompile(`^(?:[&!]\S+ +)?[|>][-+0-9]*$`)

// start returns where the value starts, or all there is without a key.
func (s *scanned) start() int {
	if s.colon < 0 {
		return min(s.body, s.end)
	}
	return s.value
}

func (h *hypotheses) scanned(i int) *scanned { return &h.scans[i-h.window.from] }

// distance returns how many lines with something on them are between a line and the place.
func (h *hypotheses) distance(i int) int {
	d := h.ranks[h.at-h.window.from] - h.ranks[i-h.window.from]
	if i > h.at {
		d = -d + below
	}
	return min(d, far)
}

// previous returns the next line above i that has something on it, or -1.
func (h *hypotheses) previous(i int) int {
	for i--; i >= h.window.from; i-- {
		if !h.scanned(i).blank() {
			return i
		}
	}
	return -1
}

// next returns the next line below i that has something on it, or -1.
func (h *hypotheses) next(i int) int {
	for i++; i < h.window.to; i++ {
		if !h.scanned(i).blank() {
			return i
		}
	}
	return -1
}

// replace adds the hypothesis that a line should be another text.
func (h *hypotheses) replace(i, offset int, text string, cost int, message, hint string) {
	if text != h.lines[i] {
		h.all = append(h.all, change{
			edits: []edit{{i, text}}, line: i, offset: offset, cost: cost + h.distance(i), message: message, hint: hint,
		})
	}
}

// unlike notes that the lines of the changes from the n-th on are not what to write.
func (h *hypotheses) unlike(n int) {
	for i := n; i < len(h.all); i++ {
		h.all[i].unlike = true
	}
}

// splice adds the hypothesis that the part of a line from one offset to another should be
// another text.
func (h *hypotheses) splice(i, from, to int, text string, cost int, message, hint string) {
	h.replace(i, from, h.lines[i][:from]+text+h.lines[i][to:], cost, message, hint)
}

// everywhere adds the hypothesis that the same is wrong on several lines.
func (h *hypotheses) everywhere(edits []edit, offset func(line string) int, cost int, message, hint string) {
	if len(edits) < 2 {
		return
	}
	line := edits[0].line
	h.all = append(h.all, change{edits: edits, line: line, offset: offset(h.lines[line]), cost: cost, message: message, hint: hint})
}

// isOddKey reports whether a key is hardly meant.
func isOddKey(key string) bool {
	return key == "" || strings.ContainsAny(key, " \t\n\"'`{}[],=<>|") || strings.HasPrefix(key, "//") || strings.HasPrefix(key, "-") || strings.HasSuffix(key, ":") ||
		strings.ContainsFunc(key, isInvisible)
}

// isOddText reports whether a text probably holds more than one value.
func isOddText(text string) bool {
	return strings.Contains(text, ": ") || strings.Contains(text, " //") || strings.HasPrefix(text, "//") || strings.HasPrefix(text, "- ")
}
