package repair

import (
	"fmt"
	"strings"
	"unicode"

	"example.com/lastgood/internal/document"
)

// json5 recognises JSON with what only JSON5 allows: comments, commas at the end, names
// and strings without double quotes. In a file named .json, one of these alone is better
// reported at its line.
func json5(f document.Format, text string) (message, hint string) {
	if !strings.HasPrefix(strings.TrimLeft(stripComments(text), " \t\r\n"), "{") {
		return "", ""
	}
	c := json5Converter{text: text}
	c.convert()
	if len(c.used) == 0 || f == document.JSON && len(c.used) < 2 || document.Accepts(document.JSON, c.out.String()) == nil {
		return "", ""
	}
	return fmt.Sprintf("this is JSON5, not %v: it has %s", f, strings.Join(c.used, ", ")), fmt.Sprintf("write it as plain %v", f)
}

func stripComments(text string) string {
	for {
		rest := strings.TrimLeft(text, " \t\r\n")
		switch {
		case strings.HasPrefix(rest, "//"):
			_, text, _ = strings.Cut(rest, "\n")
		case strings.HasPrefix(rest, "/*"):
			_, text, _ = strings.Cut(rest, "*/")
		default:
			return rest
		}
	}
}

// json5Converter writes JSON5 as JSON.
type json5Converter struct {
	text string
	at   int
	out  strings.Builder
	used []string // what JSON does not allow
}

func (c *json5Converter) use(what string) {
	for _, used := range c.used {
		if used == what {
			return
		}
	}
	c.used = append(c.used, what)
}

func (c *json5Converter) convert() {
	comma := false // one that is written only if something follows
	for c.at < len(c.text) {
		b := c.text[c.at]
		rest := c.text[c.at:]
		switch {
		case strings.HasPrefix(rest, "//"):
			c.use("comments")
			c.skipTo("\n")
			continue
		case strings.HasPrefix(rest, "/*"):
			c.use("comments")
			c.skipTo("*/")
			continue
		case strings.IndexByte(" \t\r\n", b) >= 0:
			c.at++
			continue
		case b == ',':
			if comma {
				c.out.WriteByte(',')
			}
			comma = true
			c.at++
			continue
		}
		if comma {
			if b == '}' || b == ']' {
				c.use("commas at the end")
			} else {
				c.out.WriteByte(',')
			}
			comma = false
		}
		switch {
		case b == '"' || b == '\'':
			c.string(b)
		case isNameByte(b) && b != '-' && !unicode.IsDigit(rune(b)):
			c.name()
		default:
			c.out.WriteByte(b)
			c.at++
		}
	}
}

func (c *json5Converter) skipTo(end string) {
	if i := strings.Index(c.text[c.at:], end); i >= 0 {
		c.at += i + len(end)
		return
	}
	c.at = len(c.text)
}

func (c *json5Converter) string(quote byte) {
	if quote == '\'' {
		c.use("single quotes")
	}
	c.out.WriteByte('"')
	for c.at++; c.at < len(c.text) && c.text[c.at] != quote; c.at++ {
		switch b := c.text[c.at]; {
		case b == '\\' && c.at+1 < len(c.text):
			c.at++
			if c.text[c.at] != '\'' {
				c.out.WriteByte('\\')
			}
			c.out.WriteByte(c.text[c.at])
		case b == '"':
			c.out.WriteString(`\"`)
		default:
			c.out.WriteByte(b)
		}
	}
	c.at++
	c.out.WriteByte('"')
}

func isNameByte(b byte) bool {
	return b == '_' || b == '$' || b == '-' || '0' <= b && b <= '9' || 'a' <= b|0x20 && b|0x20 <= 'z'
}

// name writes a name without quotes: a key, or true, false or null.
func (c *json5Converter) name() {
	end := c.at
	for end < len(c.text) && isNameByte(c.text[end]) {
		end++
	}
	name := c.text[c.at:end]
	c.at = end
	if strings.HasPrefix(strings.TrimLeft(c.text[end:], " \t"), ":") {
		c.use("names without quotes")
		name = `"` + name + `"`
	}
	c.out.WriteString(name)
}
