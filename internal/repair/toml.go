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
	replaceMatch(`^(\[[^\[\]=#]+?)`+tomlEnd, func(text string) string { return text + "]" }, certain+1, "the name of the table is not closed", "close it with ]"),
	replaceMatch(`^(\[\[[^\[\]=#]+\]?)`+tomlEnd, func(text string) string { return strings.TrimRight(text, " ]") + "]]" }, certain+2, "the name of the table is not closed", "close it with ]]"),
	replaceMatch(`^\s*(?:`+tomlName+`)(\s*:\s*)`, constant(" = "), certain, `":" where "=" is expected`, `write "="`),
	replaceMatch(`^\s*(?:`+tomlName+`)(\s+)(?:["'\[{].*|[^\s=:][^=]*)$`, constant(" = "), likely, `no "=" after the key`, `write "="`),
	replaceMatch(`^\s*([^\s"=#\[{](?:[^"=#]*[^"=#\s])?)\s*=`, inQuotes, possible, "", ""),

	noLine(replaceMatch(`(=)`+tomlEnd, constant("= 0"), likely, `no value after the "="`, `write one, or "" for an empty text, or make the line a comment`)),
	noLine(replaceMatch(`(=)\s*[,}]`, constant("= 0"), likely, `no value after the "="`, `write one, or "" for an empty text`)),
	replaceMatch(`=.*[^,;]([,;]+)`+tomlEnd, constant(""), likely, "a setting ends with its line", `remove the "," or ";"`),
	replaceMatch(`\s(//)`, constant("#"), likely, `"//" starts no comment in TOML`, `write "#"`),
	replaceMatch(`=\s*([+-]?\d{1,3}(?:[, ']\d{3})+)(?:\.\d+)?`+tomlEnd, strings.NewReplacer(",", "_", " ", "_", "'", "_").Replace, certain, "a separator of thousands in a number", `write "_", or nothing, between its digits`),
	replaceMatch(`=\s*([+-]?\d+,\d+)`+tomlEnd, replaceAll(",", "."), certain, "a comma in a number", `write "."`),
	replaceMatch(`=\s*("[^'"]*\\[^'"]*")`+tomlEnd, replaceAll(`"`, "'"), possible, "", ""),
	replaceMatch(`=\s*([^\s>"'\[{#,=][^"#]*?)[,;]*`+tomlEnd, tomlQuoted, possible, "", ""),
	replaceMatch(`[=\[,{\s]((?i:true|false))\b`, strings.ToLower, certain, "true and false are written in lower case", "write true or false"),
	noLine(replaceMatch(`[=\[,{\s]((?i:null|nil|none)\b|~)`, constant("0"), certain, "TOML has no null", "leave the key out")),
)

func tomlQuoted(value string) string {
	if tomlWord.MatchString(value) {
		return value
	}
	return `"` + strings.ReplaceAll(value, `\`, `\\`) + `"`
}
