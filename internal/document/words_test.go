package document_test

import (
	"strings"
	"testing"

	"example.com/lastgood/internal/document"
)

// Messages state what is wrong, and hints what is possible instead.
func TestWords(t *testing.T) {
	for _, c := range []struct {
		format           document.Format
		text, want, hint string // of the first problem
	}{
		{document.YAML, "%YAML 1.2\n---\na: 1\n", "unsupported version of YAML", "leave the line out, or write %YAML 1.1"},
		{document.YAML, "%YAML 3.0\n---\na: 1\n", "unsupported version of YAML", "leave the line out, or write %YAML 1.1"},
		{document.YAML, `a: "val\ue"`, "invalid digit in an escape in a string", `write a backslash as \\, or put the string in single quotes`},
		{document.YAML, `a: "C:\q"`, "unknown escape in a string", `write a backslash as \\, or put the string in single quotes`},
		{document.TOML, `a = "val\ue"`, "an escape in a string is too short", `write a backslash as \\, or put the string in single quotes`},
		{document.TOML, `a = "val\u1"`, "an escape in a string is too short", `write a backslash as \\, or put the string in single quotes`},
		{document.TOML, `a = "C:\q"`, "unknown escape in a string", `write a backslash as \\, or put the string in single quotes`},
		{document.YAML, "a: 1\n---\nb: 1\n", "only one YAML document is allowed in a file", "remove everything from this line on, or make it a file of its own"},
		{document.YAML, "a: 1\n...\nb: 1\n", "only one YAML document is allowed in a file", "remove everything from this line on, or make it a file of its own"},
		{document.JSON, "{\"a\": 1}\n{\"b\": 1}\n", "only one JSON document is allowed in a file", "remove it, or make it a file of its own"},
		{document.YAML, "- a\n- b\n", "the top level must be a map of keys, not a list", `give the list a key, as in "items:"`},
		{document.JSON, "[1, 2]", "the top level must be a map of keys, not a list", `give the list a key, as in {"items": […]}`},
		{document.YAML, "a: !env X\n", "unsupported tag", `leave the tag out: only those of YAML itself, such as !!str, are known; quote the value if it starts with "!"`},
		{document.YAML, "a: !vault x\n", "the value is encrypted by Ansible Vault", "decrypt it before it is used as configuration"},
	} {
		_, problems := document.Parse(c.format, []byte(c.text))
		if len(problems) == 0 || problems[0].Message != c.want || problems[0].Hint != c.hint {
			t.Errorf("%v %q: got %+v, want %q; %q", c.format, c.text, problems, c.want, c.hint)
		}
	}
}

func TestTOMLNotANumberHasASign(t *testing.T) {
	expectTree(t, document.TOML, "a = nan\nb = +nan\nc = -nan\nd = -inf\n",
		"1:1 a 1:5 number nan", "2:1 b 2:5 number +nan", "3:1 c 3:5 number -nan", "4:1 d 4:5 number -inf")
}

// The additions of TOML 1.1 are accepted.
func TestTOML11(t *testing.T) {
	expectTree(t, document.TOML, "a = {\n  b = \"\\e\\x41\", # c\n}\nc = 07:32\n",
		"1:1 a 1:5 map", "2:3 a.b 2:7 string \x1bA", "4:1 c 4:5 date 07:32")
}

func TestOneSpaceTooFewNamesTheSiblings(t *testing.T) {
	_, problems := document.Parse(document.YAML, []byte("root: 1\nserver:\n  addr: x\n port: 1\n"))
	if len(problems) != 1 || problems[0].Line != 4 || !strings.Contains(problems[0].Message, "indentation") {
		t.Errorf("%+v", problems)
	}
}
