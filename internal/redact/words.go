package redact

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// isWord reports whether a short text is to be found where it stands alone.
func isWord(s string) bool {
	return strings.TrimSpace(s) == s && strings.ContainsFunc(s, func(r rune) bool { return r > unicode.MaxASCII || isAlphanumeric(byte(r)) })
}

// findWords finds words that stand alone.
func (s *Secrets) findWords(text string, found func(start, end int)) {
	if len(s.words) == 0 {
		return
	}
	folded := foldCase(text)
	for start := range folded {
		for end := start + 2; end < min(start+shortest, len(folded)+1); end++ {
			if _, is := s.words[string(folded[start:end])]; is && standsAlone(text, start, end) {
				found(start, end)
			}
		}
	}
}

// foldCase returns a text with its ASCII letters in lower case.
func foldCase(text string) []byte {
	folded := []byte(text)
	for i, c := range folded {
		folded[i] = lower(c)
	}
	return folded
}

// standsAlone reports whether text[start:end] is no part of a longer word.
func standsAlone(text string, start, end int) bool {
	first, _ := utf8.DecodeRuneInString(text[start:end])
	last, _ := utf8.DecodeLastRuneInString(text[start:end])
	before, _ := utf8.DecodeLastRuneInString(text[:start])
	after, _ := utf8.DecodeRuneInString(text[end:])
	return !isJoined(first, before) && !isJoined(last, after)
}

// isJoined reports whether r and its neighbour are of one word. An ASCII letter is not
// joined to one of another script, which may be written without blanks.
func isJoined(r, neighbour rune) bool {
	if r <= unicode.MaxASCII {
		return isAlphanumeric(byte(r)) && neighbour <= unicode.MaxASCII && isAlphanumeric(byte(neighbour))
	}
	return unicode.IsLetter(r) && (unicode.IsLetter(neighbour) || unicode.IsDigit(neighbour))
}
