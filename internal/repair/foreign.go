package repair

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"example.com/lastgood/internal/document"
)

// maxOther is how many bytes of a document are parsed in other formats.
const maxOther = 256 << 10

// somethingElse recognises what is no document of the format at all, from its bytes.
func somethingElse(f document.Format, data []byte) (document.Problem, bool) {
	if p, ok := notText(data); ok {
		return p, true
	}
	text := strings.TrimPrefix(string(data), "\uFEFF")
	if !utf8.ValidString(text) {
		return document.Problem{}, false
	}
	if p, ok := conflict(text); ok {
		return p, true
	}
	if p, ok := foreignStart(text); ok {
		return p, true
	}
	if len(text) > maxOther {
		return document.Problem{}, false
	}
	for _, recognise := range []func(document.Format, string) (message, hint string){servedPage, encoded, settingLines, manifests, otherFormat, json5} {
		if message, hint := recognise(f, text); message != "" {
			return atStart(text, message, hint), true
		}
	}
	return document.Problem{}, false
}

// atStart is a problem of the whole file, at its first line that has something on it.
func atStart(text, message, hint string) document.Problem {
	rest := strings.TrimLeft(text, " \t\r\n")
	before := text[:len(text)-len(rest)]
	return document.Problem{
		Code: "syntax", Line: strings.Count(before, "\n") + 1, Column: len(before) - strings.LastIndexByte(before, '\n'),
		Message: message, Hint: hint,
	}
}

// notText recognises files that are no text in UTF-8.
func notText(data []byte) (document.Problem, bool) {
	var message, hint string
	switch {
	case bytes.HasPrefix(data, []byte("\x1f\x8b")):
		message, hint = "this is compressed by gzip", "decompress it first"
	case bytes.HasPrefix(data, []byte("\x28\xb5\x2f\xfd")):
		message, hint = "this is compressed by zstd", "decompress it first"
	case bytes.HasPrefix(data, []byte("PK\x03\x04")):
		message, hint = "this is a zip archive", "unpack it first"
	case isUTF16(data):
		message, hint = "the text is UTF-16, not UTF-8", "save the file as UTF-8"
	default:
		return document.Problem{}, false
	}
	return document.Problem{Code: "syntax", Line: 1, Column: 1, Message: message, Hint: hint}, true
}

// isUTF16 reports whether every other byte of the start of data is NUL, as it is in
// UTF-16 without a mark.
func isUTF16(data []byte) bool {
	data = data[:min(len(data), 64)]
	if len(data) < 4 {
		return false
	}
	var zeros [2]int
	for i, b := range data {
		if b == 0 {
			zeros[i%2]++
		}
	}
	half := len(data) / 2
	return zeros[0] >= half*3/4 && zeros[1] == 0 || zeros[1] >= half*3/4 && zeros[0] == 0
}

const (
	messageConflict = "a conflict of a merge that was not resolved"
	hintConflict    = "decide for one of the two versions, and remove the lines that start with <<<<<<<, ======= and >>>>>>>"
)

var marker = regexp.MustCompile(`(?m)^(?:<{7}|>{7}|\|{7})(?: .*)?\r?$`)

// conflict recognises what a merge leaves that could not be done.
func conflict(text string) (document.Problem, bool) {
	if !strings.Contains(text, "<<<<<<<") && !strings.Contains(text, ">>>>>>>") {
		return document.Problem{}, false // that is quicker to find out
	}
	at := marker.FindStringIndex(text)
	if at == nil {
		return document.Problem{}, false
	}
	return document.Problem{
		Code: "syntax", Line: strings.Count(text[:at[0]], "\n") + 1, Column: 1,
		Message: messageConflict, Hint: hintConflict,
	}, true
}

// foreignStart recognises files by what they start with.
func foreignStart(text string) (document.Problem, bool) {
	start := strings.TrimLeft(text, " \t\r\n")
	start = strings.ToLower(start[:min(len(start), 64)])
	for _, known := range []struct{ start, message, hint string }{
		{"$ansible_vault;", "this is encrypted by Ansible Vault", "decrypt it before it is used as configuration"},
		{"version https://git-lfs", "this is a pointer of Git LFS, not the file itself", `run "git lfs pull" where the file comes from`},
		{"-----begin ", "this is a certificate, a key or a message in PEM, no configuration", "check which file is mounted here"},
		{"age-encryption.org/", "this is encrypted by age", "decrypt it before it is used as configuration"},
		{"diff --git ", messagePatch, hintPatch},
		{"--- a/", messagePatch, hintPatch},
		{"#!/", "this is a script, no configuration", "check which file is mounted here"},
	} {
		if strings.HasPrefix(start, known.start) {
			return atStart(text, known.message, known.hint), true
		}
	}
	return document.Problem{}, false
}

const (
	messagePatch = "this is a patch, not the file that it is for"
	hintPatch    = "apply it, and use the result"
)

var (
	markupTag = regexp.MustCompile(`^<[!?]?[A-Za-z-]+[^<]*>`)
	htmlTag   = regexp.MustCompile(`(?i)<(?:!doctype html|html|head|body|title|center|h1|p|div)\b`)
	plainPage = regexp.MustCompile(`(?i)^(?:(?:error:? )?[45]\d\d:? [a-z -]+|not found|unauthorized|forbidden|access denied|bad gateway|gateway timeout|` +
		`service unavailable|internal server error|no healthy upstream|default backend - 404|upstream (?:connect error|request timeout).*)\.?$`)
)

// servedPage recognises HTML and XML, and what servers answer with in plain text when
// something is wrong.
func servedPage(_ document.Format, text string) (message, hint string) {
	const fetched = "check where the file was fetched from"
	text = strings.TrimSpace(text)
	switch tag := markupTag.FindString(text); {
	case plainPage.MatchString(text):
		return "this is what a server answers with when something is wrong", fetched
	case tag == "":
		return "", ""
	case htmlTag.MatchString(text):
		return "this is an HTML page, such as a server answers with when something is wrong", fetched
	case strings.HasPrefix(tag, "<?xml") || strings.Contains(text, "</"):
		return "this is XML, no configuration", fetched
	}
	return "", ""
}

// encoded recognises base64 of a text.
func encoded(_ document.Format, text string) (message, hint string) {
	if strings.ContainsAny(text[:min(len(text), 64)], " :[{\"") {
		return "", ""
	}
	joined := strings.Join(strings.Fields(text), "")
	if len(joined) < 8 {
		return "", ""
	}
	data, err := base64.StdEncoding.DecodeString(joined)
	if err != nil || !bytes.HasPrefix(data, []byte("\x1f\x8b")) && (!utf8.Valid(data) || !bytes.ContainsAny(data, ":={")) {
		return "", ""
	}
	return "this is base64", "decode it; in the manifest of a Secret, plain text belongs under stringData, not data"
}

var (
	envLine    = regexp.MustCompile(`^(?:export )?[A-Z_][A-Z0-9_]*=`)
	dottedLine = regexp.MustCompile(`^[A-Za-z_][\w.-]*=`)
	iniLine    = regexp.MustCompile(`^(?:\[[^\]]+\]|[A-Za-z_][\w.-]*\s*=.*)$`)
	tomlLine   = regexp.MustCompile(`=\s*(?:["'\[{+-]|\d|true|false)`)
)

// settingLines recognises files of KEY=value lines, alone or in sections.
func settingLines(f document.Format, text string) (message, hint string) {
	lines, env, dotted, ini, sections, toml := 0, 0, 0, 0, 0, 0
	semicolons := false // start comments
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' || line[0] == ';' {
			semicolons = semicolons || line != "" && line[0] == ';'
			continue
		}
		toml += count(tomlLine.MatchString(line))
		lines++
		env += count(envLine.MatchString(line))
		dotted += count(dottedLine.MatchString(line))
		ini += count(iniLine.MatchString(line))
		sections += count(line[0] == '[')
		if env != lines && dotted != lines && ini != lines {
			return "", ""
		}
	}
	hint = fmt.Sprintf("write it as %v, or read it as environment variables", f)
	switch {
	case lines == 0:
	case env == lines:
		return "these are KEY=value lines, as in an .env file", hint
	case f == document.TOML && !semicolons && (2*toml >= lines-sections || lines-sections < 3): // it is meant to be TOML
	case dotted == lines:
		return "these are key=value lines, as in a .properties file", fmt.Sprintf("write it as %v", f)
	case ini == lines && sections > 0 && document.Accepts(document.TOML, text) == nil:
		return `this is INI: "[section]" and "key = value" lines`, fmt.Sprintf("write it as %v", f)
	}
	return "", ""
}

func count(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

// otherFormat recognises a document of one format in a file that is named like another.
func otherFormat(f document.Format, text string) (message, hint string) {
	start := strings.TrimLeft(text, " \t\r\n")
	brackets := start == "" || strings.IndexByte(`{["`, start[0]) >= 0 // JSON with a mistake can be YAML
	for _, other := range []document.Format{document.TOML, document.JSON, document.YAML} {
		if other == f || other == document.YAML && brackets || other == document.TOML && !strings.Contains(text, "=") {
			continue
		}
		if root := document.Accepts(other, text); root != nil && len(root.Children) > 0 {
			return fmt.Sprintf("this is %v, in a file that is named as %v", other, f),
				fmt.Sprintf("name the file .%s, or write it as %v", strings.ToLower(other.String()), f)
		}
	}
	return "", ""
}

var nextDocument = regexp.MustCompile(`\n---\s*\n`)

// manifests recognises the manifest of a Kubernetes object in a file that is named like
// another format, and the first of several.
func manifests(f document.Format, text string) (message, hint string) {
	if !strings.Contains(text, "apiVersion") {
		return "", "" // that is quicker to find out
	}
	first := strings.TrimPrefix(strings.TrimSpace(text), "---")
	if at := nextDocument.FindStringIndex(first); at != nil {
		first = first[:at[0]]
	} else if f != document.TOML && f != document.JSON {
		return "", "" // it does not parse, so that something else is wrong
	}
	for _, format := range []document.Format{document.YAML, document.JSON} {
		if root := document.Accepts(format, first); root != nil {
			if p := Manifest(root, func(string) bool { return false }, false); p != nil {
				return p.Message, p.Hint
			}
		}
	}
	return "", ""
}
