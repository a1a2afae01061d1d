package describe

import (
	"bytes"
	"slices"
	"strings"
	"unicode/utf8"

	"example.com/lastgood/internal/document"
	"example.com/lastgood/internal/redact"
	"example.com/lastgood/internal/rules"
)

// Sample returns a commented file with every key there is. What must be set has an
// example, all else is commented out. What no plain example satisfies has a comment
// with CHANGE ME.
func (s Subject) Sample(format document.Format) []byte {
	all := s.settings()
	if len(all) > 0 && !slices.ContainsFunc(all, func(n *setting) bool { return !n.isOff() }) {
		// A file with nothing in it is an error. The first setting that is accepted is set.
		all[max(0, slices.IndexFunc(all, func(n *setting) bool {
			for a := range n.field.Rules.All() {
				if rules.RefersToFields(a.Name) {
					return false
				}
			}
			return len(n.unmet) == 0
		}))].live = true
	}
	w := &writer{Subject: s, is: ": ", key: YAML, value: YAML}
	w.comment("", "Every setting of "+s.Name+". What is commented out has its default, or shows how it is written.")
	if format == document.TOML {
		w.is, w.key, w.value = " = ", tomlKey, tomlValue
		w.tables(all, "", "")
	} else {
		w.line("", "")
		w.block(all, "")
	}
	return w.out.Bytes()
}

// writer writes settings in one format. The lead of a line is its indentation, and a # for
// each section around it that is commented out.
type writer struct {
	Subject
	out        bytes.Buffer
	is         string           // between a key and its value
	key, value func(any) string // on one line
}

func (w *writer) line(lead, text string) {
	w.out.WriteString(strings.TrimRight(lead+text, " ") + "\n")
}

// leaf writes a setting that is on one line, behind its comments.
func (w *writer) leaf(n *setting, lead string) {
	w.line(lead, w.key(n.field.Key)+w.is+w.value(n.value))
}

// block writes the settings of a section in YAML.
func (w *writer) block(all []*setting, lead string) {
	for i, n := range all {
		if i > 0 {
			w.line(lead, "")
		}
		w.comments(n, lead)
		w.setting(n, lead, lead)
	}
}

// setting writes a setting in YAML; first is the lead of its first line.
func (w *writer) setting(n *setting, first, lead string) {
	if n.isOff() {
		first, lead = first+"#", lead+"#"
	}
	if n.form == leaf {
		w.leaf(n, first)
		return
	}
	w.line(first, w.key(n.field.Key)+":")
	lead += "  "
	switch n.form {
	case items:
		head := n.children[0]
		w.comments(head, lead)
		w.setting(head, lead+"- ", lead+"  ")
		if len(n.children) > 1 {
			w.line(lead, "")
			w.block(n.children[1:], lead+"  ")
		}
	case entries:
		w.line(lead, w.key(n.value)+":")
		w.block(n.children, lead+"  ")
	default:
		w.block(n.children, lead)
	}
}

// tables writes the settings of a section in TOML: first its values, as what follows the
// heading of a table belongs to that.
func (w *writer) tables(all []*setting, lead, path string) {
	for _, leaves := range []bool{true, false} {
		for _, n := range all {
			if (n.form == leaf) != leaves {
				continue
			}
			w.line(lead, "")
			w.comments(n, lead)
			lead, name := lead, path+w.key(n.field.Key)
			if n.isOff() {
				lead += "#"
			}
			switch n.form {
			case leaf:
				w.leaf(n, lead)
				continue
			case items:
				w.line(lead, "[["+name+"]]")
			case entries:
				name += "." + w.key(n.value)
				fallthrough
			default:
				w.line(lead, "["+name+"]")
			}
			w.tables(n.children, lead, name+".")
		}
	}
}

// comment writes a comment of lines with at most 80 characters, where it can. A line that
// is commented out has no blank behind its #, or more than one.
func (w *writer) comment(lead, text string) {
	line := ""
	for word := range strings.FieldsSeq(text) {
		word = redact.Escape(word)
		if line != "" && utf8.RuneCountInString(lead+"#"+line+" "+word) > max(80, len(lead)+40) {
			w.line(lead, "#"+line)
			line = ""
		}
		line += " " + word
	}
	if line != "" {
		w.line(lead, "#"+line)
	}
}

// comments writes all there is to say of a setting: what it is for, its type and rules,
// whether it must be set and what it is otherwise, and how else it can be set.
func (w *writer) comments(n *setting, lead string) {
	facts := ruleWords(n.section, n.field)
	if n.form != section {
		facts = append([]string{typeWords(n.field.Type)}, facts...)
	}
	var state []string
	switch {
	case n.form == section && n.isOptional():
		state = append(state, "The section need not be there.")
	case n.form == section:
	case n.hasDefault && n.field.Hidden:
		state = append(state, "Its default is not shown.")
	case n.hasDefault:
		state = append(state, "Default: "+w.value(n.def)+".")
	case n.needed:
		state = append(state, "Required.")
	case !n.live:
		state = append(state, "Not set by default.")
	}
	if n.place.secret && n.form == leaf {
		state = append(state, "Secret.")
	}
	if n.place.restart {
		state = append(state, restarts)
	}
	if key := refKey(n.section, n.field, n.place); key != "" && n.form == leaf {
		state = append(state, "Or "+key+": the path of a file with it.")
	}
	if text := w.variableWords(n); text != "" {
		state = append(state, text)
	}
	if len(n.field.Old) > 0 {
		state = append(state, "Old keys: "+strings.Join(n.field.Old, ", ")+".")
	}
	if text := deprecation(n.field); text != "" {
		state = append(state, text)
	}
	w.comment(lead, Sentence(n.field.Desc))
	w.comment(lead, Sentence(facts...))
	w.comment(lead, strings.Join(state, " "))
	if len(n.unmet) > 0 {
		w.comment(lead, "CHANGE ME: "+strings.Join(n.unmet, "; ")+".")
	}
}
