package repair

import (
	"regexp"
	"strings"

	"example.com/lastgood/internal/document"
	"example.com/lastgood/internal/problem"
)

// templateLanguages are template languages, and placeholders that no format parses.
var templateLanguages = append(problem.Templates[:len(problem.Templates):len(problem.Templates)],
	problem.Template{Tag: regexp.MustCompile(`@\w+@|%\w+%|\$\(\w+\)|\$[A-Za-z_]\w*`), Name: "a placeholder"})

// templates replaces, by comments and texts, what a template engine should have replaced.
func templates(p *region, add addFunc) {
	for _, t := range templateLanguages {
		eachLine(4, func(p *region, i int) change {
			text, at := replaceTags(p, i, t.Tag)
			if at < 0 {
				return change{}
			}
			return withoutLine(p.replace(i, at, text, certain, t.Name+problem.Unrendered, problem.RenderHint))
		})(p, add)
	}
}

// replaceTags returns a line with its tags replaced, and the offset of the first, or -1 if
// there is none outside of quotes.
func replaceTags(p *region, i int, tag *regexp.Regexp) (text string, at int) {
	line := p.lines[i]
	if !strings.ContainsAny(line, "$@%") && !strings.Contains(line, "{{") && !strings.Contains(line, "{#") {
		return "", -1 // cheaper than the pattern
	}
	tags := tag.FindAllStringIndex(line, -1)
	if len(tags) == 0 {
		return "", -1
	}
	s := p.scan(i)
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
func (p *region) insideQuotes(line string, at int) bool {
	return strings.Count(line[:at], `"`)%2 != 0 || p.format != document.JSON && strings.Count(line[:at], "'")%2 != 0
}
