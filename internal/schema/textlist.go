package schema

import (
	"errors"
	"fmt"
	"strings"

	"example.com/lastgood/internal/document"
)

// A list is written as items separated by commas, a map as entries of a key, "=" or ":",
// and a value. Blanks around items, keys and values are ignored. Each of them, or an entry
// as a whole, may be in double quotes, as in CSV: within quotes, two quotes are one, and
// nothing separates. A comma at the end adds no item.

// parseList parses a list of texts.
func parseList(text string) (*document.Node, error) {
	n := &document.Node{Kind: document.List}
	for s := (scanner{rest: text}); s.more(); {
		item, _, err := s.word("")
		if err == nil {
			_, err = s.separator("")
		}
		if err != nil {
			return nil, err
		}
		n.Children = append(n.Children, document.Child{Node: document.Node{Kind: document.String, Text: item}})
	}
	return n, nil
}

// parsePairs parses the entries of a map.
func parsePairs(text string) (*document.Node, error) {
	n := &document.Node{Kind: document.Map}
	seen := map[string]bool{}
	for s := (scanner{rest: text}); s.more(); {
		key, value, err := s.entry()
		switch {
		case err != nil:
			return nil, err
		case len(key) > document.MaxKey:
			return nil, fmt.Errorf("a key of more than %d bytes", document.MaxKey)
		case seen[key]:
			return nil, errors.New("a key is set twice")
		}
		seen[key] = true
		n.Children = append(n.Children, document.Child{Key: key, Node: document.Node{Kind: document.String, Text: value}})
	}
	return n, nil
}

// Errors of texts, which do not contain the text.
var (
	errNoEntry        = errors.New("want k=v,k2=v2 or JSON")
	errAmbiguous      = errors.New(`an entry could be read as k=v or as k:v; put its key in double quotes, or write JSON`)
	errOpenQuote      = errors.New(`a double quote is not closed; two of them stand for one within quotes`)
	errTextAfterQuote = errors.New(`text follows a closing double quote; two of them stand for one within quotes`)
)

// scanner scans a text.
type scanner struct{ rest string }

// more reports whether another item follows. A comma alone is an empty one.
func (s *scanner) more() bool { return strings.TrimSpace(s.rest) != "" }

// word scans up to a comma, or to the first of stops, and reports whether the word was
// quoted.
func (s *scanner) word(stops string) (word string, quoted bool, err error) {
	s.rest = strings.TrimLeft(s.rest, blanks)
	after, quoted := strings.CutPrefix(s.rest, `"`)
	if !quoted {
		end := strings.IndexAny(s.rest, ","+stops)
		if end < 0 {
			end = len(s.rest)
		}
		word, s.rest = strings.TrimSpace(s.rest[:end]), s.rest[end:]
		return word, false, nil
	}
	var b strings.Builder
	for {
		part, rest, closed := strings.Cut(after, `"`)
		if !closed {
			return "", true, errOpenQuote
		}
		b.WriteString(part)
		if after, closed = strings.CutPrefix(rest, `"`); !closed {
			s.rest = strings.TrimLeft(rest, blanks)
			return b.String(), true, nil
		}
		b.WriteByte('"')
	}
}

// separator scans a comma or one of others, and returns it, or "" at the end.
func (s *scanner) separator(others string) (found string, err error) {
	switch {
	case s.rest == "":
		return "", nil
	case !strings.Contains(","+others, s.rest[:1]):
		return "", errTextAfterQuote
	}
	found, s.rest = s.rest[:1], s.rest[1:]
	return found, nil
}

// blanks are ignored around words.
const blanks = " \t\r\n\v\f"

// entry scans a key and its value.
func (s *scanner) entry() (key, value string, err error) {
	key, quoted, err := s.word("=:")
	if err != nil {
		return "", "", err
	}
	if entry := s.rest; !quoted && strings.HasPrefix(entry, ":") {
		end := strings.IndexAny(entry, `,"`)
		if end < 0 {
			end = len(entry)
		}
		switch {
		case strings.HasPrefix(entry, "://"): // an address
			return "", "", errNoEntry
		case strings.Contains(entry[:end], "="):
			return "", "", errAmbiguous
		}
	}
	separator, err := s.separator("=:")
	switch {
	case err != nil:
		return "", "", err
	case quoted && (separator == "," || separator == ""): // the whole entry is in quotes
		inner := scanner{rest: key}
		if key, _, err = inner.word("=:"); err != nil || inner.rest == "" || inner.rest[0] == ',' {
			return "", "", errNoEntry
		}
		return key, inner.rest[1:], nil
	case separator == "," || separator == "":
		return "", "", errNoEntry
	}
	if value, _, err = s.word(""); err == nil {
		_, err = s.separator("")
	}
	return key, value, err
}
