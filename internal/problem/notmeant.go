package problem

import (
	"regexp"
	"strings"
)

// Template is a template language.
type Template struct {
	Tag  *regexp.Regexp // matches what the language replaces
	Name string
}

// Templates are the languages that are recognized. A language precedes those whose tags its
// own tags match.
var Templates = []Template{
	{regexp.MustCompile(`\{%[-+]?.*?%\}|\{#.*?#\}`), "a template of Jinja"},
	{regexp.MustCompile(`<%.*?%>`), "a template of ERB"},
	{regexp.MustCompile(`\{\{.*?\}\}`), "a template"},
	{regexp.MustCompile(`\$\{\{[^}]*\}\}|\$\{[^}]*\}`), "a placeholder"},
}

// placeholder matches texts that are placeholders only if they are all of a value.
var placeholder = regexp.MustCompile(`^(?:\$\w+|\$\(\w+\)|%\w+%|@\w+@|<[A-Za-z][\w -]*>|__\w+__|#\{[^}]+\}#?)$`)

// Words for what tools and word processors leave in a document.
const (
	Unrendered  = " that was not rendered"
	RenderHint  = "render it before it is used as configuration"
	Typographic = "a typographic quotation mark"
	QuoteHint   = `write " or '`

	typographic = "“”„‟«»‘’‚"
)

// IndexTypographic returns the offset of the first typographic quotation mark, or -1.
func IndexTypographic(text string) int { return strings.IndexAny(text, typographic) }

// NotMeant returns what a text is that was left by a tool, and what to do about it, or "". It
// quotes nothing of the text.
func NotMeant(text string) string {
	if len(text) > 1<<10 {
		return ""
	}
	for _, t := range Templates {
		if t.Tag.MatchString(text) {
			return "it is " + t.Name + Unrendered + "; " + RenderHint
		}
	}
	text = strings.TrimSpace(text)
	switch at := IndexTypographic(text); {
	case placeholder.MatchString(text):
		return "it is a placeholder" + Unrendered + "; " + RenderHint
	case at == 0:
		return "it starts with " + Typographic + "; " + QuoteHint
	}
	return ""
}
