package repair

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"example.com/lastgood/internal/document"
)

const json5String = `"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'`

var (
	json5Comment = regexp.MustCompile(json5String + `|//[^\n]*|/\*(?s:.*?)\*/`)
	json5Token   = regexp.MustCompile(json5String + `|[A-Za-z_$][\w$-]*\s*:|,\s*[}\]]`)

	doubleQuoted = strings.NewReplacer(`\\`, `\\`, `\'`, `'`, `\"`, `\"`, `"`, `\"`)
)

// json5 recognises JSON with elements that only JSON5 allows: comments, commas at the end,
// names and strings without double quotes. In a file named .json, a single one of these is
// better reported at its line.
func json5(f document.Format, text string) (message, hint string) {
	var used []string // the elements that JSON does not allow
	as := func(written, what string) string {
		if !slices.Contains(used, what) {
			used = append(used, what)
		}
		return written
	}
	if start := strings.TrimSpace(text); start == "" || start[0] != '{' && start[0] != '/' {
		return "", ""
	}
	text = json5Comment.ReplaceAllStringFunc(text, func(token string) string {
		if token[0] == '/' {
			return as(" ", "comments")
		}
		return token
	})
	text = json5Token.ReplaceAllStringFunc(text, func(token string) string {
		last := len(token) - 1
		switch token[0] {
		case '"':
			return token
		case '\'':
			return as(`"`+doubleQuoted.Replace(token[1:last])+`"`, "single quotes")
		case ',':
			return as(token[last:], "commas at the end")
		}
		return as(`"`+strings.TrimSpace(token[:last])+`":`, "names without quotes")
	})
	if len(used) == 0 || f == document.JSON && len(used) < 2 || document.Accepts(document.JSON, text) == nil {
		return "", ""
	}
	return fmt.Sprintf("this is JSON5, not %v: it has %s", f, strings.Join(used, ", ")), fmt.Sprintf("write it as plain %v", f)
}
