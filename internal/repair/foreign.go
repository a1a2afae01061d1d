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

// maxOther is the number of bytes up to which a document is parsed in other formats.
const maxOther = 256 << 10

// detectForeign recognises a file that is not a document of the format at all.
func detectForeign(f document.Format, data []byte) (document.Problem, bool) {
	text := strings.TrimPrefix(string(data), "\uFEFF")
	start := strings.TrimLeft(text, " \t\r\n")
	for _, known := range starts {
		if strings.HasPrefix(start, known.text) {
			return problemAt(text, len(text)-len(start), known.message, known.hint), true
		}
	}
	switch {
	case utf16.MatchString(text[:min(len(text), 4)]):
		return problemAt(text, 0, "the text is UTF-16, not UTF-8", "save the file as UTF-8"), true
	case !utf8.ValidString(text):
		return document.Problem{}, false
	case strings.Contains(text, "<<<<<<<") || strings.Contains(text, ">>>>>>>"): // cheaper than the pattern
		if at := marker.FindStringIndex(text); at != nil {
			return problemAt(text, at[0], messageConflict, hintConflict), true
		}
	}
	if len(text) > maxOther {
		return document.Problem{}, false
	}
	for _, recognise := range []func(document.Format, string) (message, hint string){servedPage, encoded, settingLines, manifests, otherFormat, json5} {
		if message, hint := recognise(f, text); message != "" {
			return problemAt(text, len(text)-len(start), message, hint), true
		}
	}
	return document.Problem{}, false
}

func problemAt(text string, offset int, message, hint string) document.Problem {
	before := text[:offset]
	return document.Problem{
		Code: "syntax", Line: strings.Count(before, "\n") + 1, Column: offset - strings.LastIndexByte(before, '\n'),
		Message: message, Hint: hint,
	}
}

const (
	messageConflict = "a conflict of a merge that was not resolved"
	hintConflict    = "decide for one of the two versions, and remove the lines that start with <<<<<<<, ======= and >>>>>>>"
	messagePatch    = "this is a patch, not the file that it is for"
	hintPatch       = "apply it, and use the result"
)

// starts are the first bytes of other files.
var starts = []struct{ text, message, hint string }{
	{"\x1f\x8b", "this is compressed by gzip", "decompress it first"},
	{"\x28\xb5\x2f\xfd", "this is compressed by zstd", "decompress it first"},
	{"PK\x03\x04", "this is a zip archive", "unpack it first"},
	{"$ANSIBLE_VAULT;", "this is encrypted by Ansible Vault", "decrypt it before it is used as configuration"},
	{"version https://git-lfs", "this is a pointer of Git LFS, not the file itself", `run "git lfs pull" where the file comes from`},
	{"-----BEGIN ", "this is a certificate, a key or a message in PEM, no configuration", "check which file is mounted here"},
	{"age-encryption.org/", "this is encrypted by age", "decrypt it before it is used as configuration"},
	{"diff --git ", messagePatch, hintPatch},
	{"--- a/", messagePatch, hintPatch},
	{"#!/", "this is a script, no configuration", "check which file is mounted here"},
}

var (
	utf16  = regexp.MustCompile(`^(?:\x00[^\x00]|[^\x00]\x00){2}`) // without a byte order mark
	marker = regexp.MustCompile(`(?m)^(?:<{7}|>{7}|\|{7})(?: .*)?\r?$`)
)

var (
	markupTag = regexp.MustCompile(`^<[!?]?[A-Za-z-]+[^<]*>`)
	htmlTag   = regexp.MustCompile(`(?i)<(?:!doctype html|html|head|body|title|center|h1|p|div)\b`)
	plainPage = regexp.MustCompile(`(?i)^(?:(?:error:? )?[45]\d\d:? [a-z -]+|not found|unauthorized|forbidden|access denied|bad gateway|gateway timeout|` +
		`service unavailable|internal server error|no healthy upstream|default backend - 404|upstream (?:connect error|request timeout).*)\.?$`)
)

// servedPage recognises HTML and XML, and plain-text error messages of servers.
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
	envLine     = regexp.MustCompile(`^(?:export )?[A-Z_][A-Z0-9_]*=`)
	dottedLine  = regexp.MustCompile(`^[A-Za-z_][\w.-]*=`)
	sectionLine = regexp.MustCompile(`^\[`)
	iniLine     = regexp.MustCompile(`^(?:\[[^\]]+\]|[A-Za-z_][\w.-]*\s*=.*)$`)
	tomlLine    = regexp.MustCompile(`=\s*(?:["'\[{+-]|\d|true|false)`)
)

// settingLines recognises files of KEY=value lines, with or without sections.
func settingLines(f document.Format, text string) (message, hint string) {
	var lines []string
	semicolons := false // there are comments that start with ";"
	for line := range strings.Lines(text) {
		switch line = strings.TrimSpace(line); {
		case strings.HasPrefix(line, ";"):
			semicolons = true
		case line == "" || line[0] == '#':
		case !iniLine.MatchString(line) && !envLine.MatchString(line):
			return "", ""
		default:
			lines = append(lines, line)
		}
	}
	matching := func(pattern *regexp.Regexp) (n int) {
		for _, line := range lines {
			if pattern.MatchString(line) {
				n++
			}
		}
		return n
	}
	hint = fmt.Sprintf("write it as %v", f)
	all := len(lines)
	settings := all - matching(sectionLine)
	switch {
	case all == 0:
	case matching(envLine) == all:
		return "these are KEY=value lines, as in an .env file", hint + ", or read it as environment variables"
	case f == document.TOML && !semicolons && (2*matching(tomlLine) >= settings || settings < 3): // it is meant to be TOML
	case matching(dottedLine) == all:
		return "these are key=value lines, as in a .properties file", hint
	case settings < all && matching(iniLine) == all && document.Accepts(document.TOML, text) == nil:
		return `this is INI: "[section]" and "key = value" lines`, hint
	}
	return "", ""
}

// otherFormat recognises a document of one format in a file named like another.
func otherFormat(f document.Format, text string) (message, hint string) {
	start := strings.TrimLeft(text, " \t\r\n")
	brackets := start == "" || strings.IndexByte(`{["`, start[0]) >= 0 // JSON with a mistake may be valid YAML
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

// manifests recognises the manifest of a Kubernetes object, in a file named like another
// format or as the first of several.
func manifests(f document.Format, text string) (message, hint string) {
	if !strings.Contains(text, "apiVersion") {
		return "", "" // cheaper than parsing
	}
	first := strings.TrimPrefix(strings.TrimSpace(text), "---")
	if at := nextDocument.FindStringIndex(first); at != nil {
		first = first[:at[0]]
	} else if f != document.TOML && f != document.JSON {
		return "", "" // a single document, whose syntax error is the cause
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
