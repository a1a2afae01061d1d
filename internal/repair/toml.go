package repair

import (
	"regexp"
	"strings"
)

const (
	tomlName = `[A-Za-z0-9_.-]+|"[^"]*"|'[^']*'`
	tomlEnd  = `\s*(?:#.*)?$`
)

var tomlWord = regexp.MustCompile(`^(?i:true|false|null|nil|none|~)$`)

// tomlLines are mistakes on single lines of TOML.
var tomlLines = lines(near, 1,
	part(`^(\[[^\[\]=#]+?)`+tomlEnd, func(text string) string { return text + "]" }, certain+1, "the name of the table is not closed", "close it with ]"),
	part(`^(\[\[[^\[\]=#]+\]?)`+tomlEnd, func(text string) string { return strings.TrimRight(text, " ]") + "]]" }, certain+2, "the name of the table is not closed", "close it with ]]"),
	part(`^\s*(?:`+tomlName+`)(\s*:\s*)`, as(" = "), certain, `":" where "=" is expected`, `write "="`),
	part(`^\s*(?:`+tomlName+`)(\s+)(?:["'\[{].*|[^\s=:][^=]*)$`, as(" = "), likely, `no "=" after the key`, `write "="`),
	part(`^\s*([^\s"=#\[{](?:[^"=#]*[^"=#\s])?)\s*=`, inQuotes, possible, "", ""),

	unlikely(part(`(=)`+tomlEnd, as("= 0"), likely, `no value after the "="`, `write one, or "" for an empty text, or make the line a comment`)),
	unlikely(part(`(=)\s*[,}]`, as("= 0"), likely, `no value after the "="`, `write one, or "" for an empty text`)),
	part(`=.*[^,;]([,;]+)`+tomlEnd, as(""), likely, "a setting ends with its line", `remove the "," or ";"`),
	part(`\s(//)`, as("#"), likely, `"//" starts no comment in TOML`, `write "#"`),
	part(`=\s*([+-]?\d{1,3}(?:[, ']\d{3})+)(?:\.\d+)?`+tomlEnd, strings.NewReplacer(",", "_", " ", "_", "'", "_").Replace, certain, "a separator of thousands in a number", `write "_", or nothing, between its digits`),
	part(`=\s*([+-]?\d+,\d+)`+tomlEnd, changed(",", "."), certain, "a comma in a number", `write "."`),
	part(`=\s*("[^'"]*\\[^'"]*")`+tomlEnd, changed(`"`, "'"), possible, "", ""),
	part(`=\s*([^\s>"'\[{#,=][^"#]*?)[,;]*`+tomlEnd, tomlQuoted, possible, "", ""),
	part(`[=\[,{\s]((?i:true|false))\b`, strings.ToLower, certain, "true and false are written in lower case", "write true or false"),
	unlikely(part(`[=\[,{\s]((?i:null|nil|none)\b|~)`, as("0"), certain, "TOML has no null", "leave the key out")),
)

func tomlQuoted(value string) string {
	if tomlWord.MatchString(value) {
		return value
	}
	return `"` + strings.ReplaceAll(value, `\`, `\\`) + `"`
}
