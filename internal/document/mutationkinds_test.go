package document_test

import (
	"regexp"
	"slices"
	"strings"

	"example.com/lastgood/internal/document"
)

// mutationKind is a way in which people break a line.
type mutationKind struct {
	format     document.Format
	name       string
	minPercent float64 // percentage that must be reported at the broken line

	// mutate returns the documents that result from breaking lines[i].
	mutate func(lines []string, i int) []mutation
}

// mutation is a broken document.
type mutation struct {
	lines []string
	line  int // the broken one, from 1
}

var mutationKinds = []mutationKind{
	{document.YAML, "tab in the indentation", 100, edit(`^( {2,})(\S.*)$`, "\t$2", yamlContent)},
	{document.YAML, "set twice", 100, setTwice},
	{document.YAML, "a: b: c", 100, edit(`^(\s*(?:- )*[\w.-]+: )(\w[^"'#:]*)$`, "${1}${2}: x", yamlContent)},
	{document.YAML, "text after a quote", 100, edit(`^(\s*(?:- )*(?:[\w.-]+: )?(?:"[^"]*"|'[^']*'))$`, "${1} x", yamlContent)},
	{document.YAML, "bracket not closed", 100, edit(`^([^#]*)[\]}](\s*)$`, "$1$2", yamlContent)},
	{document.YAML, "inner bracket not closed", 100, edit(`^([^#]*[\[{][^\]}]*[\[{][^\]}]*)[\]}](.*[\]}]\s*)$`, "$1$2", yamlContent)},
	{document.YAML, "indented one less", 95, edit(`^ (\s*\S.*)$`, "$1", yamlContent)},
	{document.YAML, "indented one more", 95, edit(`^(\s*\S.*)$`, " $1", yamlContent)},
	{document.YAML, "no space after the colon", 95, edit(`^(\s*(?:- )*[\w.-]+:) (.*)$`, "$1$2", yamlContent)},
	{document.YAML, "no colon", 95, edit(`^(\s*(?:- )*[\w.-]+):(.*)$`, "$1$2", yamlContent)},
	{document.YAML, "= for the colon", 95, edit(`^(\s*(?:- )*[\w.-]+):( .*)$`, "$1 =$2", yamlContent)},
	{document.YAML, "no space after the dash", 95, edit(`^(\s*-) (.*)$`, "$1$2", yamlContent)},
	{document.YAML, "tab after the dash", 99, edit(`^(\s*-) (.*)$`, "$1\t$2", yamlContent)},
	{document.YAML, "// comment", 95, insert("// about this", yamlContent)},
	{document.YAML, "// comment with a colon", 95, insert("// note: about this", yamlContent)},
	{document.YAML, "double quote not closed", 90, edit(`^([^#"]*"[^"]*)"(.*)$`, "$1$2", yamlContent)},
	{document.YAML, "single quote not closed", 90, edit(`^([^#"']*'[^']*)'(.*)$`, "$1$2", yamlContent)},
	{document.YAML, "non-breaking space in the indentation", 99, edits(yamlContent, [2]string{`^( *) (\S.*)$`, "$1\u00a0$2"}, [2]string{`^ (\s*\S.*)$`, "\u00a0$1"})},
	{document.YAML, "zero-width space before the key", 99, edit(`^( *)(\S.*)$`, "$1\u200b$2", yamlContent)},
	{document.YAML, "comma missing between lines in brackets", 90, edit(`^(\s*[^#:]*"),$`, "$1", nil)},
	{document.YAML, "conflict marker", 100, insertRaw(">>>>>>> feature")},
	{document.YAML, "template line", 100, insert("{{- if .Values.tls }}", yamlContent)},
	{document.YAML, "opening quote missing", 90, edit(`^([^#"]*)"([^"]*".*)$`, "$1$2", yamlContent)},
	{document.YAML, "opening bracket missing", 90, edit(`^([^#\[]*: )\[(.*\]\s*)$`, "$1$2", yamlContent)},
	{document.YAML, "bracket too many", 90, edit(`^([^#]*[\]}])(\s*)$`, "$1]$2", yamlContent)},
	{document.YAML, "wrong bracket", 90, edit(`^([^#]*)\](\s*)$`, "$1}$2", yamlContent)},
	{document.YAML, "no dash", 90, edit(`^(\s*)- (.*)$`, "$1$2", yamlContent)},
	{document.YAML, "block shifted by one", 90, shiftBlock(1, yamlContent)},
	{document.YAML, "block shifted by two", 90, shiftBlock(2, yamlContent)},
	{document.YAML, "bullet for the dash", 95, edit(`^(\s*)- (.*)$`, "$1• $2", yamlContent)},
	{document.YAML, "; comment", 95, insert("; about this", yamlContent)},
	{document.YAML, "prose", 90, insert("TODO look into this", yamlContent)},
	{document.YAML, "fence", 95, insertRaw("```")},
	{document.TOML, "bracket not closed", 95, edit(`^([^#\[]*=[^#]*|[^=\[]*)[\]}](\s*)$`, "$1$2", nil)},
	{document.TOML, "inner bracket not closed", 90, edit(`^([^#]*=[^#]*[\[{][^\]}]*[\[{][^\]}]*)[\]}](.*[\]}]\s*)$`, "$1$2", nil)},
	{document.TOML, "quote not closed", 95, edit(`^([^#"]*"[^"]*)"(.*)$`, "$1$2", nil)},
	{document.TOML, "header not closed", 95, edit(`^(\s*\[.*)\]$`, "$1", nil)},
	{document.TOML, "no =", 95, edit(`^([\w.-]+) =(.*)$`, "$1$2", nil)},
	{document.TOML, ": for the =", 95, edit(`^([\w.-]+) =(.*)$`, "$1:$2", nil)},
	{document.TOML, "comma missing between lines in brackets", 95, edit(`^(\s*[^=]*["}]),$`, "$1", nil)},
	{document.TOML, "// comment", 95, insertRaw("// about this")},
	{document.TOML, "opening quote missing", 90, edit(`^([^#"]*)"([^"]*".*)$`, "$1$2", nil)},
	{document.TOML, "header not opened", 90, edit(`^(\s*)\[(.*\])$`, "$1$2", nil)},
	{document.TOML, "no quotes", 95, edit(`^(\s*[\w.-]+ = )"([^"]+)"$`, "$1$2", nil)},
	{document.TOML, "; for the line", 95, edit(`^(\s*[\w.-]+ = [^\[{]*)$`, "$1;", nil)},
	{document.TOML, "backslash in a string", 95, edit(`^(\s*[\w.-]+ = ")([^"]+")$`, "${1}C:\\q$2", nil)},
	{document.TOML, "=> for the =", 90, edit(`^(\s*[\w.-]+ =)( .*)$`, "${1}>$2", nil)},
	{document.JSON, "missing comma", 95, edit(`^(.*),$`, "$1", nil)},
	{document.JSON, "missing comma in the line", 95, edit(`^(.*),( \S.*)$`, "$1$2", nil)},
	{document.JSON, "trailing comma", 95, edit(`^(.*[\w"\]}])$`, "$1,", nil)},
	{document.JSON, "bracket not closed", 95, edit(`^(\s+[^"]*(?:".*)?)[\]}](,?)$`, "$1$2", nil)},
	{document.JSON, "quote not closed", 95, edit(`^(.*)"(,?)$`, "$1$2", nil)},
	{document.JSON, "quote of the key not closed", 95, edit(`^(\s*"[^"]*)":(.*)$`, "$1:$2", nil)},
	{document.JSON, "no colon", 95, edit(`^(\s*"[^"]*"):(.*)$`, "$1$2", nil)},
	{document.JSON, "// comment", 100, insert("// about this", nil)},
	{document.JSON, "opening bracket missing", 90, edit(`^(.*[:,] )[\[{](.*)$`, "$1$2", nil)},
	{document.JSON, "opening quote missing", 90, edit(`^(\s*"[^"]*": )"(.*)$`, "$1$2", nil)},
	{document.JSON, "opening quote of the key missing", 95, edit(`^(\s*)"(.*": .*)$`, "$1$2", nil)},
	{document.JSON, "quote in a string", 90, edit(`^(.*": "[^"]*)("[,}]?)$`, "${1}\"x$2", nil)},
	{document.JSON, "backslash in a string", 95, edit(`^(.*": "[^"]*)("[,}]?)$`, "${1}\\q$2", nil)},
	{document.JSON, "single quotes", 95, edit(`^(.*": )"([^"]*)"(,?)$`, "${1}'$2'$3", nil)},
	{document.JSON, "comma for the colon", 90, edit(`^(\s*"[^"]*"):(.*)$`, "$1,$2", nil)},
	{document.JSON, "= for the colon", 90, edit(`^(\s*"[^"]*"):(.*)$`, "$1 =$2", nil)},
	{document.JSON, "; for the comma", 90, edit(`^(.*),$`, "$1;", nil)},
	{document.JSON, "wrong bracket", 90, edit(`^(\s*)\}(,?)$`, "$1]$2", nil)},
	{document.JSON, "bracket too many", 90, edit(`^(\s*[}\]])(,?)$`, "$1}$2", nil)},
}

// edit replaces the lines that match a pattern and for which ok, if not nil, is true.
func edit(pattern, replacement string, ok func(lines []string, i int) bool) func([]string, int) []mutation {
	return edits(ok, [2]string{pattern, replacement})
}

func edits(ok func(lines []string, i int) bool, replacements ...[2]string) func([]string, int) []mutation {
	var patterns []*regexp.Regexp
	for _, r := range replacements {
		patterns = append(patterns, regexp.MustCompile(r[0]))
	}
	return func(lines []string, i int) (all []mutation) {
		if ok != nil && !ok(lines, i) {
			return nil
		}
		for j, pattern := range patterns {
			changed := pattern.ReplaceAllString(lines[i], replacements[j][1])
			if changed == lines[i] || slices.ContainsFunc(all, func(m mutation) bool { return m.lines[i] == changed }) {
				continue
			}
			broken := slices.Clone(lines)
			broken[i] = changed
			all = append(all, mutation{broken, i + 1})
		}
		return all
	}
}

// shiftBlock indents a key and the lines below it that are deeper or on the same level.
func shiftBlock(by int, ok func(lines []string, i int) bool) func([]string, int) []mutation {
	return func(lines []string, i int) []mutation {
		if !ok(lines, i) || i+1 == len(lines) || indentOf(lines[i+1]) <= indentOf(lines[i]) {
			return nil
		}
		shifted := slices.Clone(lines)
		for j := i; j < len(lines) && (j == i || indentOf(lines[j]) > indentOf(lines[i])); j++ {
			shifted[j] = strings.Repeat(" ", by) + lines[j]
		}
		return []mutation{{shifted, i + 1}}
	}
}

// insert inserts a line before another, with the same indentation.
func insert(text string, ok func(lines []string, i int) bool) func([]string, int) []mutation {
	return func(lines []string, i int) []mutation {
		if strings.TrimSpace(lines[i]) == "" || ok != nil && !ok(lines, i) {
			return nil
		}
		indent := lines[i][:len(lines[i])-len(strings.TrimLeft(lines[i], " "))]
		return []mutation{{slices.Insert(slices.Clone(lines), i, indent+text), i + 1}}
	}
}

func insertRaw(text string) func([]string, int) []mutation {
	return func(lines []string, i int) []mutation {
		if i == len(lines)-1 {
			return nil
		}
		return []mutation{{slices.Insert(slices.Clone(lines), i, text), i + 1}}
	}
}

// setTwice repeats a line with a key and a value.
func setTwice(lines []string, i int) []mutation {
	if !yamlContent(lines, i) || !regexp.MustCompile(`^\s*[\w.-]+: [^\[{|>&]+$`).MatchString(lines[i]) {
		return nil
	}
	return []mutation{{slices.Insert(slices.Clone(lines), i+1, lines[i]), i + 2}}
}

// yamlContent reports whether a line of YAML is neither a comment nor part of a text of
// several lines, where any line is valid.
func yamlContent(lines []string, i int) bool {
	trimmed := strings.TrimSpace(lines[i])
	if trimmed == "" || trimmed[0] == '#' || trimmed == "---" {
		return false
	}
	indent := indentOf(lines[i])
	for j := i - 1; j >= 0; j-- {
		if strings.TrimSpace(lines[j]) == "" || indentOf(lines[j]) >= indent {
			continue
		}
		if regexp.MustCompile(`[:-] [|>][-+]?$`).MatchString(lines[j]) {
			return false
		}
		indent = indentOf(lines[j])
	}
	return true
}

func indentOf(line string) int { return len(line) - len(strings.TrimLeft(line, " ")) }
