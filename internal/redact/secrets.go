package redact

import (
	"index/suffixarray"
	"iter"
	"strings"
)

// Secrets is a set of secrets to be taken out of texts. The zero value is empty and
// ready for use. It is not safe for concurrent use.
//
// A text may quote a secret in other words than it was added in: without the blanks
// around it, a line of several, with its special characters escaped as in Go, JSON,
// YAML, TOML, HTML or a URL, in upper or lower case, in hexadecimal, base64 or as a
// list of bytes, a number in another base or notation, a duration in another unit. Each
// of these is found. Of a URL, its password is a secret of its own.
//
// What is short occurs in many texts without being meant. A secret of one byte is
// therefore left alone, and so are true and false, and two or three blanks and ASCII
// punctuation marks; any other of two or three bytes, or a number of up to five digits,
// is found where it stands alone, and not within a longer word or number.
type Secrets struct {
	added     map[string]struct{} // to add each once
	patterns  map[string]struct{} // found wherever they are
	words     map[string]struct{} // found where they stand alone; its ASCII letters in lower case
	numbers   map[string]struct{} // in the form of canonical
	durations map[int64]struct{}  // in nanoseconds
	automaton *automaton          // of patterns; nil if those have changed
}

// shortest is the length from which on a secret is found within words.
const shortest = 4

// Add adds a secret by its text.
func (s *Secrets) Add(text string) {
	if _, known := s.added[text]; known || text == "" {
		return
	}
	put(&s.added, text)
	s.addNumber(text)
	for _, form := range forms(text) {
		s.addForm(form)
	}
	if password, ok := urlPassword(text); ok {
		s.Add(password)
	}
}

func (s *Secrets) addForm(form string) {
	switch {
	case len(form) < 2 || isBool(form):
	case isDigits(form) && len(form) < shortestNumber: // among the numbers
	case len(form) >= shortest:
		put(&s.patterns, form)
		s.automaton = nil
	case isWord(form):
		put(&s.words, string(foldCase(form)))
	}
}

func put[K comparable](set *map[K]struct{}, key K) {
	if *set == nil {
		*set = map[K]struct{}{}
	}
	(*set)[key] = struct{}{}
}

func isBool(s string) bool { return strings.EqualFold(s, "true") || strings.EqualFold(s, "false") }

// Redact returns text without the secrets. Secrets that overlap go together. Where a
// text quotes a secret, what it quotes besides of a part of that, as parsers do to say
// where they stopped, goes as well, and so do the numbers in Go's own runtime errors:
// they tell lengths. It takes time linear in the text, and nothing is remembered of it.
func (s *Secrets) Redact(text string) string {
	if len(s.added) == 0 || text == "" {
		return text
	}
	if s.automaton == nil {
		s.automaton = newAutomaton(s.patterns)
	}
	found := make(spans, len(text)+1)
	s.automaton.scan(text, found.add)
	s.findWords(text, found.add)
	s.findNumbers(text, found.add)
	s.findEncoded(text, found.add)
	found.addQuotedParts(text)
	return withoutLengths(found.replace(text))
}

// spans are parts of a text: by offset, how many more of them begin there than end.
type spans []int32

func (s spans) add(start, end int) {
	s[start]++
	s[end]--
}

// parts returns the parts of a text that spans cover and the others by turns. Spans that
// overlap or touch each other cover one part.
func (s spans) parts(text string) iter.Seq2[string, bool] {
	return func(yield func(part string, covered bool) bool) {
		start, open := 0, s[0]
		for i := 1; i < len(s); i++ {
			before := open
			if open += s[i]; i == len(text) || (open > 0) != (before > 0) {
				if !yield(text[start:i], before > 0) {
					return
				}
				start = i
			}
		}
	}
}

// replace returns text with [Mask] in the place of what is covered.
func (s spans) replace(text string) string {
	var b strings.Builder
	for part, covered := range s.parts(text) {
		if covered {
			part = Mask
		}
		b.WriteString(part)
	}
	return b.String()
}

// addQuotedParts adds what text has in quotes of that which is covered.
func (s spans) addQuotedParts(text string) {
	var secrets []byte
	for part, covered := range s.parts(text) {
		if covered {
			secrets = append(append(secrets, strings.ToLower(part)...), 0)
		}
	}
	if len(secrets) == 0 {
		return
	}
	index := suffixarray.New(secrets)
	for _, quote := range []byte("\"'`") {
		before := -1 // where the last quote stands
		for i := range len(text) {
			if text[i] != quote {
				continue
			}
			if size := i - before - 1; before >= 0 && 0 < size && size < len(secrets) && len(index.Lookup([]byte(strings.ToLower(text[before+1:i])), 1)) > 0 {
				s.add(before+1, i)
			}
			before = i
		}
	}
}

// withoutLengths takes the numbers out of the texts of Go's runtime errors: "index out
// of range [7] with length 7".
func withoutLengths(text string) string {
	const mark = "runtime error: "
	if !strings.Contains(text, mark) {
		return text
	}
	var b strings.Builder
	for line := range strings.Lines(text) {
		before, after, ok := strings.Cut(line, mark)
		b.WriteString(before)
		if !ok {
			continue
		}
		b.WriteString(mark)
		for i := range len(after) {
			switch {
			case !isDigit(after[i]) || i > 0 && isLetter(after[i-1]): // as in uint8
				b.WriteByte(after[i])
			case i == 0 || !isDigit(after[i-1]):
				b.WriteString("…")
			}
		}
	}
	return b.String()
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func isDigits(s string) bool { return strings.Trim(s, "0123456789") == "" }

func isLetter(c byte) bool { return 'a' <= lower(c) && lower(c) <= 'z' }

func isAlphanumeric(c byte) bool { return isDigit(c) || isLetter(c) }
