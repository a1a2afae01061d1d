package redact

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"
)

// Hidden stands in a shape for characters that are not shown.
const Hidden = "…"

// Line is the shape of a line.
type Line struct {
	Text   string
	pieces []piece // where a column of the line is in Text
}

// piece is a part of a line. Columns count characters, from 0.
type piece struct {
	line, text int // the columns where it begins
	hidden     bool
}

// Shape returns the shape of a line of a document in YAML, TOML or JSON, about whose
// structure nothing is known: blanks, the punctuation of the formats, and keys for
// which isOpen reports that they may be shown. Every other run of characters is one
// [Hidden], however long it is. What is between quotes hides punctuation, too, and what
// is within a word; what begins a comment hides the rest of the line.
//
// The line is taken for what it is by itself: in the middle of a text of several lines,
// words that are keys, and punctuation between words, are shown as anywhere else.
func Shape(line string, isOpen func(key string) bool) Line {
	s := shaper{rest: line, isOpen: isOpen, atStart: true}
	for s.rest != "" {
		s.next()
	}
	return Line{Text: s.text.String(), pieces: s.pieces}
}

// Column returns the column of Text where that of the line is shown. Both count
// characters from 1.
func (l Line) Column(column int) int {
	at := max(column-1, 0)
	i, exact := slices.BinarySearchFunc(l.pieces, at, func(p piece, at int) int { return cmp.Compare(p.line, at) })
	if !exact {
		i--
	}
	if i < 0 {
		return 1
	}
	p := l.pieces[i]
	if p.hidden {
		return p.text + 1
	}
	return p.text + at - p.line + 1
}

// shaper makes the shape of a line from left to right.
type shaper struct {
	rest    string // what has not been looked at
	isOpen  func(string) bool
	text    strings.Builder
	pieces  []piece
	from    int // columns that have been looked at
	written int // columns of text

	last    byte // the last punctuation that was shown, ' ' for a blank, 0 for a word or quoted text
	atStart bool // a key may begin here: nothing but indentation and marks stands before it
}

// show writes the first n bytes of the rest as they are.
func (s *shaper) show(n int) {
	s.take(n, s.rest[:n], false)
}

// hide writes [Hidden] for the first n bytes of the rest.
func (s *shaper) hide(n int) {
	if n > 0 {
		s.take(n, Hidden, true)
	}
}

func (s *shaper) take(n int, as string, hidden bool) {
	s.pieces = append(s.pieces, piece{s.from, s.written, hidden})
	s.text.WriteString(as)
	s.written += utf8.RuneCountInString(as)
	s.from += utf8.RuneCountInString(s.rest[:n])
	s.rest = s.rest[n:]
}

func (s *shaper) next() {
	first := s.from == 0
	begins := first || s.last != 0 // a token does: no word or quoted text touches it
	switch c := s.rest[0]; {
	case isSeparator(c):
		s.show(len(s.rest) - len(strings.TrimLeft(s.rest, blanks)))
		s.last = ' '
	case (first || s.last == ' ') && (c == '#' || strings.HasPrefix(s.rest, "//")):
		s.show(strings.LastIndexByte(s.rest[:min(2, len(s.rest))], c) + 1)
		s.hide(len(s.rest))
	case (c == '"' || c == '\'') && begins:
		s.quoted()
	case first && (isAlone(s.rest, "---") || isAlone(s.rest, "...")):
		s.mark(3)
	case begins && (c == '-' || c == '?') && isAlone(s.rest, s.rest[:1]):
		s.mark(1)
	case begins && (c == '|' || c == '>') && isBlockHeader(s.rest):
		s.show(len(s.rest) - len(strings.TrimLeft(s.rest, "|>+-0123456789")))
		s.last = c
	case begins && strings.IndexByte("&*!|>%@`", c) >= 0:
		s.show(1)
		s.hide(wordLength(s.rest, false))
		s.last, s.atStart = 0, false
	case strings.IndexByte("{[", c) >= 0 && begins:
		atStart := s.atStart || c == '{'
		s.show(1)
		s.last, s.atStart = c, atStart
	case strings.IndexByte("}],", c) >= 0:
		s.show(1)
		s.last, s.atStart = c, false
	case (c == ':' || c == '=') && (!begins || endsWord(s.rest[1:])):
		s.show(1)
		s.last, s.atStart = c, false
	default:
		s.word()
	}
}

// mark shows a mark behind which a key can begin.
func (s *shaper) mark(n int) {
	s.last = s.rest[n-1]
	s.show(n)
}

const blanks = " \t\r"

func isSeparator(c byte) bool { return strings.IndexByte(blanks, c) >= 0 }

// isAlone reports whether rest begins with a mark that nothing touches.
func isAlone(rest, mark string) bool {
	after, ok := strings.CutPrefix(rest, mark)
	return ok && (after == "" || isSeparator(after[0]))
}

// isBlockHeader reports whether rest is what begins a block of text in YAML: "|", ">-",
// "|2+".
func isBlockHeader(rest string) bool {
	after := strings.TrimLeft(rest[1:], "+-0123456789")
	return len(rest)-len(after) <= 3 && (after == "" || isSeparator(after[0]))
}

// quoted writes what is between quotes, which the rest begins with.
func (s *shaper) quoted() {
	atStart := s.atStart
	s.last, s.atStart = 0, false
	mark := s.rest[:1]
	if triple := strings.Repeat(mark, 3); strings.HasPrefix(s.rest, triple) {
		mark = triple
	}
	end := closing(s.rest[len(mark):], mark)
	s.show(len(mark))
	if end < 0 {
		s.hide(len(s.rest))
		return
	}
	key := s.rest[:end]
	if behind := s.rest[end+len(mark):]; key != "" && s.isKey(key, behind, atStart) {
		s.show(end)
	} else {
		s.hide(end)
	}
	s.show(len(mark))
}

// closing returns where the quotes that mark names close, or -1.
func closing(text, mark string) int {
	for i := 0; i < len(text); i++ {
		switch {
		case text[i] == '\\' && mark[0] == '"':
			i++
		case strings.HasPrefix(text[i:], mark):
			return i
		}
	}
	return -1
}

// word writes what is neither blank nor between quotes, up to the punctuation behind it.
func (s *shaper) word() {
	atStart := s.atStart
	s.last, s.atStart = 0, false
	n := wordLength(s.rest, atStart)
	for shown := 0; ; { // the keys of a path, as far as they may be shown
		part := s.rest[:n]
		if atStart {
			part, _, _ = strings.Cut(part, ".")
		}
		if part == "" || !s.isKey(part, s.rest[n:], atStart) {
			s.hide(n)
			return
		}
		shown += len(part)
		s.show(len(part))
		if n -= len(part); n == 0 {
			return
		}
		s.show(1) // the dot
		if n--; n == 0 {
			return
		}
	}
}

// isKey reports whether a word that stands before behind is a key that may be shown.
func (s *shaper) isKey(word, behind string, atStart bool) bool {
	behind = strings.TrimLeft(behind, blanks)
	atKey := atStart || behind != "" && (behind[0] == ':' || behind[0] == '=')
	return atKey && (word == "<<" || s.isOpen(word))
}

// wordLength returns the length of the word that text begins with. Punctuation within
// it belongs to it. With key, it may be a key, which ends at the first colon or "=".
func wordLength(text string, key bool) int {
	for i := range len(text) {
		switch c := text[i]; {
		case isSeparator(c):
			return i
		case i > 0 && (c == ':' || c == '=') && c != text[i-1] && (key || endsWord(text[i+1:])):
			return i
		case i > 0 && strings.IndexByte(",}]", c) >= 0 && (endsWord(text[i+1:]) || strings.IndexByte("}],", text[i+1]) >= 0):
			return i
		}
	}
	return len(text)
}

// endsWord reports whether punctuation before behind stands between words, not within
// one.
func endsWord(behind string) bool {
	return behind == "" || isSeparator(behind[0]) || strings.IndexByte(`"'{[`, behind[0]) >= 0
}
