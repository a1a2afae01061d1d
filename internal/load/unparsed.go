package load

import (
	"regexp"
	"strings"

	"example.com/lastgood/internal/problem"
	"example.com/lastgood/internal/schema"
	"example.com/lastgood/internal/source"
)

// excerptUnparsed adds excerpts to problems of documents that did not parse, so that
// nothing is known of their values. If the type has secrets, only a line that
// plainly sets a known key which is never secret is shown, and only if it cannot
// be part of a secret above it.
func (l *Loader) excerptUnparsed(problems []problem.Problem, docs []source.Document) {
	var g glance
	if g.open, g.secret = l.schema.KeyNames(); len(g.secret) > 0 {
		g.compile()
	}
	texts := map[int]*text{}
	for i := range problems {
		p := &problems[i]
		if p.Origin.Kind != problem.File || p.Origin.Line == 0 {
			continue
		}
		t := texts[p.Order]
		if t == nil {
			t = newText(docs[p.Order].Data, docs[p.Order].Margin)
			texts[p.Order] = t
		}
		g.text = t
		if len(g.secret) > 0 && !g.isOpen(p.Origin.Line) {
			continue
		}
		if x, ok := t.excerpt(p.Origin.Line, p.Origin.Column); ok {
			p.Excerpt = &x
		}
	}
}

// glance judges lines by their looks.
type glance struct {
	*text
	open, secret map[string]bool // keys

	// keyLine matches a line that begins with a key. Its parts are what stands
	// before it, the key, and the value.
	keyLine *regexp.Regexp

	// plainValue matches the whole of a value that is written in one word or
	// between quotes: there is no room for another key in it.
	plainValue *regexp.Regexp
}

// compile is for where a document does not parse; no other has to wait for it.
func (g *glance) compile() {
	g.keyLine = regexp.MustCompile(`^([\s-]*)["']?([\w.-]+)["']?\s*[:=]\s*(.*?)\s*$`)
	g.plainValue = regexp.MustCompile(`^(?:"[^"\\]*"|'[^']*'|[^\s"'\\,=#&*!|>%@\x60{}\[\]]*),?$`)
}

// isOpen reports whether a line sets a key that is not secret, and nothing else.
func (g *glance) isOpen(n int) bool {
	m := g.keyLine.FindStringSubmatch(string(g.line(n)))
	return m != nil && g.isKnown(m[2]) && g.plainValue.MatchString(m[3]) && !g.mayContinue(n)
}

// isKnown reports whether every field of that key is open.
func (g *glance) isKnown(key string) bool {
	fold := schema.Fold(key)
	return g.open[fold] && !g.secret[fold]
}

// mayContinue reports whether line n may belong to a secret that began above it.
func (g *glance) mayContinue(n int) bool {
	inside := -1 // the indentation of the last key that is not known to be open
	for i := g.Above + 1; i <= n; i++ {
		line := strings.TrimRight(string(g.line(i)), " \t\r")
		trimmed := strings.TrimLeft(line, " \t")
		if trimmed == "" || trimmed[0] == '#' {
			continue
		}
		indent := len(line) - len(trimmed)
		isItem := trimmed == "-" || strings.HasPrefix(trimmed, "- ")
		if inside >= 0 && (indent > inside || isItem && indent == inside) {
			if i == n || isUnbalanced(line, true) {
				return true
			}
			continue
		}
		inside = -1
		if i == n {
			return false
		}
		m := g.keyLine.FindStringSubmatch(line)
		known := m == nil || g.isKnown(m[2])
		if !known {
			inside = indent
		}
		if isUnbalanced(line, !known) {
			return true
		}
	}
	return false
}

// isUnbalanced reports whether a quote, or where brackets count a bracket, that
// was opened in the line is not closed in it.
func isUnbalanced(line string, brackets bool) bool {
	if strings.Count(line, `"`)%2 != 0 || strings.Count(line, `'`)%2 != 0 ||
		strings.Contains(line, `"""`) || strings.Contains(line, `'''`) {
		return true
	}
	return brackets && (strings.Count(line, "{") != strings.Count(line, "}") || strings.Count(line, "[") != strings.Count(line, "]"))
}
