package schema

import (
	"errors"
	"fmt"
	"strings"

	"example.com/lastgood/internal/document"
)

// A list is written as items with commas between them, a map as entries of a key, "=" or
// ":", and a value. Blanks around items, keys and values do not count. Each of them, or an
// entry as a whole, can be in double quotes, in which two of them stand for one, as in CSV:
// what is in quotes separates nothing. A comma at the end is followed by no item.

func list(text string) (*document.Node, error) {
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

func pairs(text string) (*document.Node, error) {
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

// Errors of texts. They do not hold the text.
var (
	errNoEntry   = errors.New("want k=v,k2=v2 or JSON")
	errTwoWays   = errors.New(`an entry could be read as k=v or as k:v; put its key in double quotes, or write JSON`)
	errOpenQuote = errors.New(`a double quote is not closed; two of them stand for one within quotes`)
	errAfter     = errors.New(`text follows a closing double quote; two of them stand for one within quotes`)
)

// scanner reads a text from its start.
type scanner struct{ rest string }

// more reports whether there is another item. A comma alone is an empty one.
func (s *scanner) more() bool { return strings.TrimSpace(s.rest) != "" }

// word reads up to a comma, or to the first of stops, and reports whether it was quoted.
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

// separator reads a comma, or one of others, which it returns, or the end.
func (s *scanner) separator(others string) (found string, err error) {
	switch {
	case s.rest == "":
		return "", nil
	case !strings.Contains(","+others, s.rest[:1]):
		return "", errAfter
	}
	found, s.rest = s.rest[:1], s.rest[1:]
	return found, nil
}

// blanks are what does not count around words.
const blanks = " \t\r\n\v\f"

// entry reads a key and its value.
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
			return "", "", errTwoWays
		}
	}
	separator, err := s.separator("=:")
	switch {
	case err != nil:
		return "", "", err
	case quoted && (separator == "," || separator == ""): // all of the entry is in quotes
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
