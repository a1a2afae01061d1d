package repair

import (
	"regexp"
	"strings"

	"example.com/lastgood/internal/document"
)

// template is a language of templates.
type template struct {
	tag  *regexp.Regexp // matches a tag
	name string
}

var templates = []template{
	{regexp.MustCompile(`\{%[-+]?.*?%\}|\{#.*?#\}`), "a template of Jinja"},
	{regexp.MustCompile(`<%.*?%>`), "a template of ERB"},
	{regexp.MustCompile(`\{\{.*?\}\}`), "a template"},
	{regexp.MustCompile(`\$\{\{?[^}]*\}\}?`), "a placeholder"},
}

// templates makes comments of lines, and texts of values, that a template engine should
// have replaced.
func (h *hypotheses) templates() {
	defer h.unlike(len(h.all))
	for _, t := range templates {
		var edits []edit
		first := -1
		for i := h.window.from; i < h.window.to; i++ {
			text, at := h.rendered(i, t)
			if at < 0 {
				continue
			}
			if first < 0 {
				first = i
			}
			message, hint := describeTemplate(t)
			h.replace(i, at, text, certain+h.distance(i)/4-h.distance(i), message, hint)
			edits = append(edits, edit{i, text})
		}
		if first >= 0 {
			message, hint := describeTemplate(t)
			h.everywhere(edits, func(line string) int { return t.tag.FindStringIndex(line)[0] }, certain+1, message, hint)
		}
	}
	h.fences()
}

func describeTemplate(t template) (message, hint string) {
	return t.name + " that was not rendered", "render it before it is used as configuration"
}

// rendered returns a line as if its tags had been replaced, and where the first is, or -1
// if it has none outside of quotes.
func (h *hypotheses) rendered(i int, t template) (text string, at int) {
	line := h.lines[i]
	tags := t.tag.FindAllStringIndex(line, -1)
	if len(tags) == 0 {
		return "", -1
	}
	s := h.scanned(i)
	alone := strings.Trim(t.tag.ReplaceAllString(line, ""), " \t,") == ""
	switch {
	case alone && h.format == document.JSON:
		return "", tags[0][0]
	case alone:
		return line[:s.indent] + "#", tags[0][0]
	case s.quote < 0 && insideQuotes(line, tags[0][0]):
		return "", -1
	case h.format == document.YAML:
		return t.tag.ReplaceAllString(line, "x"), tags[0][0]
	}
	return t.tag.ReplaceAllString(line, `"x"`), tags[0][0]
}

// insideQuotes reports whether an offset of a line is between quotes.
func insideQuotes(line string, at int) bool {
	return strings.Count(line[:at], `"`)%2 != 0 || strings.Count(line[:at], "'")%2 != 0
}

// fences removes the lines around a text in Markdown.
func (h *hypotheses) fences() {
	var edits []edit
	for i := h.window.from; i < h.window.to; i++ {
		if strings.HasPrefix(strings.TrimSpace(h.lines[i]), "```") {
			edits = append(edits, edit{i, ""})
		}
	}
	if len(edits) == 0 {
		return
	}
	h.all = append(h.all, change{
		edits: edits, line: edits[0].line, cost: certain,
		message: "a fence of Markdown", hint: "remove the lines that start with ```",
	})
}
