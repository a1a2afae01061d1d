package problem

import (
	"bytes"
	"unicode/utf8"
)

// Text is a document split into lines. The cost of an excerpt does not depend on the length of
// its line, nor on the number of excerpts of it. It is not safe for concurrent use.
type Text struct {
	data   []byte
	starts []int         // the offset of each line
	long   map[int]*line // cache of long lines, by number
}

// NewText splits data, which must not be changed any more, into lines. Lines end with "\n" or
// "\r\n". A byte order mark is skipped.
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

// Lines returns the number of lines, including the empty one after the last newline.
func (t *Text) Lines() int { return len(t.starts) }

// Line returns a line without its end and trailing blanks, or nil if there is no such line.
func (t *Text) Line(n int) []byte {
	if l := t.line(n); l != nil {
		return l.raw
	}
	return nil
}

// line is a line with an index of its columns.
type line struct {
	raw     []byte // without its end and trailing blanks
	columns int
	offsets []int // of every stride-th column of a long line
}

const (
	longLine = 1024 // the length in bytes of a long line
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

// from returns the part of a line from a column on, which counts from 0.
func (l *line) from(column int) []byte {
	if len(l.offsets) == 0 {
		return skip(l.raw, column)
	}
	mark := min(column/stride, len(l.offsets)-1)
	return skip(l.raw[l.offsets[mark]:], column-mark*stride)
}
