package problem

import (
	"bytes"
	"unicode/utf8"
)

// Text is a document by lines. An excerpt of one costs what it takes to show it, however
// many there are of the same line and however long that is. It is not safe for concurrent
// use.
type Text struct {
	data   []byte
	starts []int         // where each line begins
	long   map[int]*line // those that are long, by number, once they were asked for
}

// NewText returns the lines of data, which must not be changed any more. Lines end with
// "\n" or "\r\n". A byte order mark is skipped.
func NewText(data []byte) *Text {
	t := &Text{data: bytes.TrimPrefix(data, []byte("\ufeff")), starts: []int{0}}
	for at := 0; ; {
		i := bytes.IndexByte(t.data[at:], '\n')
		if i < 0 {
			return t
		}
		at += i + 1
		t.starts = append(t.starts, at)
	}
}

// Lines returns how many lines there are, the empty one behind the last newline
// included.
func (t *Text) Lines() int { return len(t.starts) }

// Line returns a line without its end and the blanks before that, or nil if there is no
// such line.
func (t *Text) Line(n int) []byte {
	if l := t.line(n); l != nil {
		return l.raw
	}
	return nil
}

// line is a line with what it takes to find a column in it.
type line struct {
	raw     []byte // without its end and the blanks before it
	columns int
	offsets []int // of each stride-th column of a long line
}

const (
	longLine = 1024 // bytes, from which on a line is long
	stride   = 256
)

// line returns a line, or nil.
func (t *Text) line(n int) *line {
	if n < 1 || n > len(t.starts) || t.starts[n-1] == len(t.data) {
		return nil
	}
	if l := t.long[n]; l != nil {
		return l
	}
	raw := t.data[t.starts[n-1]:]
	if n < len(t.starts) {
		raw = t.data[t.starts[n-1] : t.starts[n]-1]
	}
	isLong := len(raw) >= longLine
	l := &line{raw: bytes.TrimRight(raw, " \t\r")}
	if !isLong {
		l.columns = utf8.RuneCount(l.raw)
		return l
	}
	for at := 0; at < len(l.raw); l.columns++ {
		if l.columns%stride == 0 {
			l.offsets = append(l.offsets, at)
		}
		_, size := utf8.DecodeRune(l.raw[at:])
		at += size
	}
	if t.long == nil {
		t.long = map[int]*line{}
	}
	t.long[n] = l
	return l
}

// from returns what begins at a column, which counts from 0.
func (l *line) from(column int) []byte {
	if len(l.offsets) == 0 {
		return skip(l.raw, column)
	}
	mark := min(column/stride, len(l.offsets)-1)
	return skip(l.raw[l.offsets[mark]:], column-mark*stride)
}
