package repair

import (
	"regexp"
	"strings"
)

const tomlName = `[A-Za-z0-9_.-]+|"[^"]*"|'[^']*'`

var (
	tomlColon    = regexp.MustCompile(`^\s*(?:` + tomlName + `)(\s*:\s*)`)
	tomlTwoWords = regexp.MustCompile(`^\s*(?:` + tomlName + `)(\s+)\S`)
	tomlKeyName  = regexp.MustCompile(`^(?:` + tomlName + `)$`)
	tomlNumber   = regexp.MustCompile(`^[+-]?\d{1,3}(?:[, ']\d{3})+(?:\.\d+)?$`)
	tomlGroup    = regexp.MustCompile(`[, ']`)
	tomlDecimal  = regexp.MustCompile(`^[+-]?\d+,\d+$`)
	tomlWord     = regexp.MustCompile(`(?:^|[=\[,{\s])((?i:true|false|null|nil|none)\b|~)`)
	tomlNothing  = regexp.MustCompile(`(=)\s*([,}])`)
	tomlBare     = regexp.MustCompile(`^[^\s"'\[\]{},=#]+$`)
)

// tomlHeader closes the name of a table.
func tomlHeader(p *page, i int, add adder) {
	s := p.scanned(i)
	line := p.lines[i][:s.end]
	name := strings.Trim(line, " []")
	for _, brackets := range []string{"[", "[["} {
		if strings.HasPrefix(line, brackets) && name != "" && s.colon < 0 {
			closers := strings.Repeat("]", len(brackets))
			add(p.splice(i, s.indent, s.end, brackets+name+closers, certain+len(brackets), "the name of the table is not closed", "close it with "+closers))
		}
	}
}

// tomlEquals writes the "=" behind a key.
func tomlEquals(p *page, i int, add adder) {
	s := p.scanned(i)
	line := p.lines[i]
	if m := tomlColon.FindStringSubmatchIndex(line); m != nil {
		add(p.splice(i, m[2], m[3], " = ", certain, `":" where "=" is expected`, `write "="`))
	}
	if m := tomlTwoWords.FindStringSubmatchIndex(line); m != nil && s.colon < 0 {
		add(p.splice(i, m[2], m[3], " = ", likely, `no "=" after the key`, `write "="`))
	}
	if s.colon > 0 {
		key := strings.TrimRight(line[s.indent:s.colon], " \t")
		if !tomlKeyName.MatchString(key) && !strings.Contains(key, `"`) {
			add(p.splice(i, s.indent, s.indent+len(key), `"`+key+`"`, possible, "", ""))
		}
	}
}

// tomlValue writes a value as TOML does.
func tomlValue(p *page, i int, add adder) {
	s := p.scanned(i)
	if s.colon < 0 {
		return
	}
	value := p.lines[i][s.value:s.end]
	write := func(text string, cost int, message, hint string) change {
		return p.splice(i, s.value, s.end, text, cost, message, hint)
	}
	quoted := `"` + strings.ReplaceAll(value, `\`, `\\`) + `"`
	switch bare := strings.TrimRight(value, ",;"); {
	case value == "":
		add(unlike(p.splice(i, s.colon, len(p.lines[i]), "= 0", likely, `no value after the "="`, `write one, or "" for an empty text, or make the line a comment`)))
	case bare != value && bare != "":
		add(p.splice(i, s.value+len(bare), s.end, "", likely, "a setting ends with its line", "remove "+`"`+value[len(bare):]+`"`))
	case tomlNumber.MatchString(bare):
		add(write(tomlGroup.ReplaceAllString(bare, "_"), certain, "a separator of thousands in a number", `write "_", or nothing, between its digits`))
	case tomlDecimal.MatchString(bare):
		add(write(strings.ReplaceAll(bare, ",", "."), certain, "a comma in a number", `write "."`))
	case value[0] == '"' && strings.Contains(value, `\`) && !strings.Contains(value, "'"):
		add(write("'"+strings.Trim(value, `"`)+"'", possible, "", ""))
	case tomlBare.MatchString(bare) && !tomlWord.MatchString(bare):
		add(write(quoted, possible, "", ""))
	case strings.IndexByte(`"'[{`, value[0]) < 0 && !strings.Contains(value, `"`) && !tomlWord.MatchString(value):
		add(write(quoted, possible+1, "", ""))
	}
}

// tomlWords writes true and false as TOML does, and something in the place of a null or
// of a value that is missing in an inline table.
func tomlWords(p *page, i int, add adder) {
	line, end := p.lines[i], p.scanned(i).end
	nulls := false
	text := tomlWord.ReplaceAllStringFunc(line[:end], func(word string) string {
		if lower := strings.ToLower(word); strings.HasSuffix(lower, "e") && !strings.HasSuffix(lower, "none") {
			return lower
		}
		nulls = true
		return strings.TrimRight(word, "nulioeNULIOE~") + "0"
	})
	if m := tomlWord.FindStringSubmatchIndex(line[:end]); m != nil && !insideQuotes(line, m[2]) {
		c := p.replace(i, m[2], text+line[end:], certain, "TOML has no null", "leave the key out")
		if word := strings.ToLower(line[m[2]:m[3]]); word == "true" || word == "false" {
			c.message, c.hint = "true and false are written in lower case", "write "+word
		}
		c.unlike = nulls || strings.ContainsAny(line, `"'`) // the words can be in a text, too
		add(c)
	}
	if m := tomlNothing.FindStringSubmatchIndex(line[:end]); m != nil {
		add(unlike(p.replace(i, m[2], tomlNothing.ReplaceAllString(line[:end], "${1} 0$2")+line[end:], likely, `no value after the "="`, `write one, or "" for an empty text`)))
	}
}
