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
	tomlNumber   = regexp.MustCompile(`^[+-]?\d{1,3}(,\d{3})+$`)
	tomlBare     = regexp.MustCompile(`^[^\s"'\[\]{},=#]+$`)
)

// toml adds the hypotheses that are about TOML alone.
func (h *hypotheses) toml() {
	for i := h.window.from; i < h.window.to; i++ {
		s := h.scanned(i)
		if s.blank() || h.distance(i) > 2 {
			continue
		}
		h.tomlHeader(i, s)
		h.tomlEquals(i, s)
		h.tomlValue(i, s)
	}
}

// tomlHeader closes the name of a table.
func (h *hypotheses) tomlHeader(i int, s *scanned) {
	line := h.lines[i][:s.end]
	name := strings.Trim(line, " []")
	for _, brackets := range []string{"[", "[["} {
		if strings.HasPrefix(line, brackets) && name != "" && s.colon < 0 {
			closers := strings.Repeat("]", len(brackets))
			h.splice(i, s.indent, s.end, brackets+name+closers, certain+len(brackets), "the name of the table is not closed", "close it with "+closers)
		}
	}
}

// tomlEquals writes the "=" behind a key.
func (h *hypotheses) tomlEquals(i int, s *scanned) {
	line := h.lines[i]
	if m := tomlColon.FindStringSubmatchIndex(line); m != nil {
		h.splice(i, m[2], m[3], " = ", certain, `":" where "=" is expected`, `write "="`)
	}
	if m := tomlTwoWords.FindStringSubmatchIndex(line); m != nil && s.colon < 0 {
		h.splice(i, m[2], m[3], " = ", likely, `no "=" after the key`, `write "="`)
	}
	if s.colon > 0 {
		key := strings.TrimRight(line[s.indent:s.colon], " \t")
		if !tomlKeyName.MatchString(key) && !strings.Contains(key, `"`) {
			h.splice(i, s.indent, s.indent+len(key), `"`+key+`"`, possible, "", "")
		}
	}
}

// tomlValue writes a value as TOML does.
func (h *hypotheses) tomlValue(i int, s *scanned) {
	if s.colon < 0 {
		return
	}
	value := h.lines[i][s.value:s.end]
	switch bare := strings.TrimRight(value, ",;"); {
	case value == "":
		defer h.unlike(len(h.all))
		h.splice(i, s.colon, len(h.lines[i]), "= 0", likely, `no value after the "="`, `write one, or "" for an empty text, or make the line a comment`)
	case bare != value && bare != "":
		h.splice(i, s.value+len(bare), s.end, "", likely, "a setting ends with its line", "remove "+`"`+value[len(bare):]+`"`)
	case strings.EqualFold(bare, "true"), strings.EqualFold(bare, "false"):
		h.splice(i, s.value, s.end, strings.ToLower(bare), certain, "true and false are written in lower case", "write "+strings.ToLower(bare))
	case strings.EqualFold(bare, "null"), strings.EqualFold(bare, "nil"), strings.EqualFold(bare, "none"), bare == "~":
		defer h.unlike(len(h.all))
		h.splice(i, s.value, s.end, "0", certain, "TOML has no null", "leave the key out")
	case tomlNumber.MatchString(bare):
		h.splice(i, s.value, s.end, strings.ReplaceAll(bare, ",", "_"), certain, `"," in a number`, `write "_", or nothing, between its digits`)
	case tomlBare.MatchString(bare):
		h.splice(i, s.value, s.end, `"`+strings.ReplaceAll(bare, `\`, `\\`)+`"`, possible, "", "")
	case value[0] == '"' && strings.Contains(value, `\`) && !strings.Contains(value, "'"):
		h.splice(i, s.value, s.end, "'"+strings.Trim(value, `"`)+"'", possible, "", "")
	case value[0] != '"' && value[0] != '\'' && value[0] != '[' && value[0] != '{' && !strings.Contains(value, `"`):
		h.splice(i, s.value, s.end, `"`+strings.ReplaceAll(value, `\`, `\\`)+`"`, possible+1, "", "")
	}
}
