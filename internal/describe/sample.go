package describe

import (
	"strings"

	"example.com/lastgood/internal/document"
)

// Sample returns a commented file with every key there is, which the loader
// accepts: what must be set has a value made up from its type and rules, and all
// else is commented out.
func (s Subject) Sample(format document.Format) []byte {
	p := s.newPlan()
	p.solve()
	lines := comment("Every setting of "+s.Name+". What is commented out has its default, or shows how it is written.", width)
	if note := p.root.note; note != "" {
		lines = append(lines, comment("Values that are accepted together could not be made up: "+note+".", width)...)
	}
	w := writer{p, yamlKey, YAML}
	if format == document.TOML {
		w.key, w.value = tomlKey, tomlValue
		lines = append(lines, w.table(p.root.children, "")...)
	} else {
		lines = append(append(lines, ""), w.block(p.root.children, 0)...)
	}
	return []byte(strings.Join(lines, "\n") + "\n")
}

// writer writes a plan in one format.
type writer struct {
	*plan
	key   func(string) string
	value func(any) string // on one line
}

// width is that of a line.
const width = 80

// comment makes lines of a comment. A line that is commented out has no blank
// behind its #, or more than one.
func comment(text string, width int) []string {
	lines := wrap(text, max(width, 40)-2)
	for i := range lines {
		lines[i] = "# " + lines[i]
	}
	return lines
}

// switched comments out what is not live.
func switched(lines []string, n *setting) []string {
	if n.live || n.form == section && !n.optional {
		return lines
	}
	for i, line := range lines {
		lines[i] = "#" + line
	}
	return lines
}

// prose says all there is to say of a setting.
func (w writer) prose(n *setting, indent int) []string {
	var lines []string
	for _, text := range []string{Sentence(n.field.Desc), w.facts(n), w.state(n)} {
		lines = append(lines, comment(text, width-indent)...)
	}
	return lines
}

// facts tells the type and the rules.
func (w writer) facts(n *setting) string {
	clauses := w.allRuleWords(n.section, n.field)
	if n.form != section {
		clauses = append([]string{typeWords(n.field.Type)}, clauses...)
	}
	return Sentence(clauses...)
}

// state tells whether a setting must be set, what it is otherwise, and how else it
// can be set.
func (w writer) state(n *setting) string {
	var all []string
	switch {
	case n.note != "":
		all = append(all, "No value could be made up that is accepted: "+n.note+".")
	case n.form == section && n.optional:
		all = append(all, "The section need not be there.")
	case n.form == section:
	case n.hasDefault && n.field.Hidden:
		all = append(all, "Its default is not shown.")
	case n.hasDefault:
		all = append(all, "Default: "+w.value(n.def)+".")
	case n.needed:
		all = append(all, "Required.")
	case !n.live:
		all = append(all, "Not set by default.")
	}
	if n.place.secret && n.form == leaf {
		all = append(all, "Secret.")
	}
	if n.place.restart {
		all = append(all, "A change takes effect after a restart.")
	}
	if text := w.variableWords(n); text != "" {
		all = append(all, text)
	}
	return strings.Join(all, " ")
}
