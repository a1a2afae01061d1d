package repair

import (
	"regexp"
	"strings"

	"example.com/lastgood/internal/document"
	"example.com/lastgood/internal/problem"
)

// languages are those of templates, and the placeholders that parse nowhere.
var languages = append(problem.Templates[:len(problem.Templates):len(problem.Templates)],
	problem.Template{Tag: regexp.MustCompile(`@\w+@|%\w+%|\$\(\w+\)|\$[A-Za-z_]\w*`), Name: "a placeholder"})

// templates makes comments of lines, and texts of values, that a template engine should
// have replaced.
func templates(p *page, add adder) {
	for _, t := range languages {
		everywhere(4, func(p *page, i int) change {
			text, at := rendered(p, i, t.Tag)
			if at < 0 {
				return change{}
			}
			return unlike(p.replace(i, at, text, certain, t.Name+problem.Unrendered, problem.RenderHint))
		})(p, add)
	}
}

// rendered returns a line as if its tags had been replaced, and where the first is, or -1
// if it has none outside of quotes.
func rendered(p *page, i int, tag *regexp.Regexp) (text string, at int) {
	line := p.lines[i]
	if !strings.ContainsAny(line, "$@%") && !strings.Contains(line, "{{") && !strings.Contains(line, "{#") {
		return "", -1 // that is quicker to find out
	}
	tags := tag.FindAllStringIndex(line, -1)
	if len(tags) == 0 {
		return "", -1
	}
	s := p.scanned(i)
	alone := strings.Trim(tag.ReplaceAllString(line, ""), " \t,") == ""
	switch {
	case alone && p.format == document.JSON:
		return "", tags[0][0]
	case alone:
		return line[:s.indent] + "#", tags[0][0]
	case s.quote < 0 && p.insideQuotes(line, tags[0][0]):
		return "", -1
	case p.format == document.YAML:
		return tag.ReplaceAllString(line, "x"), tags[0][0]
	}
	return tag.ReplaceAllString(line, `"x"`), tags[0][0]
}

// insideQuotes reports whether an offset of a line is between quotes.
func (p *page) insideQuotes(line string, at int) bool {
	return strings.Count(line[:at], `"`)%2 != 0 || p.format != document.JSON && strings.Count(line[:at], "'")%2 != 0
}
