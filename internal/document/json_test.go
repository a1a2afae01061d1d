package document_test

import (
	"testing"

	"example.com/lastgood/internal/document"
)

func TestJSONKindsAndSpellings(t *testing.T) {
	expectTree(t, document.JSON, "{\n \"int\": -10,\n \"whole\": 1.0, \"exp\": 1E5,\n \"t\": true, \"f\": false, \"n\": null,\n \"s\": \"a\\n\\u00fc\\ud83d\\ude00\\/\",\n \"l\": [ 1, [ ], {\"a\\tb\": {}} ]\n}\n",
		"2:2 int 2:9 integer -10",
		"3:2 whole 3:11 number 1.0",
		"3:16 exp 3:23 number 1E5",
		"4:2 t 4:7 bool true",
		"4:13 f 4:18 bool false",
		"4:25 n 4:30 null null",
		"5:2 s 5:7 string a\nü😀/",
		"6:2 l 6:7 list",
		"6:9 l.0 6:9 integer 1",
		"6:12 l.1 6:12 list",
		"6:17 l.2 6:17 map",
		"6:18 l.2.a\tb 6:26 map",
	)
}

func TestJSONSyntaxErrors(t *testing.T) {
	for _, c := range []struct{ text, want, hint string }{
		{"{\n// c\n}", "2:1 syntax: unexpected comment", "JSON allows no comments"},
		{"{\"a\": 1 /* c */}", "1:9 syntax: unexpected comment", "JSON allows no comments"},
		{"# c\n{}", "1:1 syntax: unexpected comment", "JSON allows no comments"},
		{"{\"a\": 1,\n}", `1:8 syntax: unexpected "," before "}"`, "JSON allows no trailing comma"},
		{"{\"a\": [1, ]}", `1:9 syntax: unexpected "," before "]"`, "JSON allows no trailing comma"},
		{"{\"a\": [,]}", `1:8 syntax: unexpected ","`, ""},
		{"{,}", `1:2 syntax: unexpected ","`, ""},
		{"{a: 1}", "1:2 syntax: a key must be a string in double quotes", ""},
		{"{1: 1}", "1:2 syntax: a key must be a string in double quotes", ""},
		{"{'a': 1}", "1:2 syntax: unexpected single quote", "JSON strings must be in double quotes"},
		{"{\"a\" 1}", `1:6 syntax: expected ":" after the key`, ""},
		{"{\"a\": 1\n \"b\": 2}", `2:2 syntax: expected "," or "}"`, ""},
		{"{\"a\": [1 2]}", `1:10 syntax: expected "," or "]"`, ""},
		{"{\"a\": [1}", `1:9 syntax: expected "," or "]"`, ""},
		{"{\"a\": }", "1:7 syntax: not a JSON value", ""},
		{"{\"a\": True}", "1:7 syntax: not a JSON value", ""},
		{"{\"a\": nullx}", "1:7 syntax: not a JSON value", ""},
		{"{\"a\": NaN}", "1:7 syntax: not a JSON value", ""},
		{"{\"a\": +1}", "1:7 syntax: not a JSON value", ""},
		{"{\"a\": .5}", "1:7 syntax: not a JSON value", ""},
		{"{\"a\": 1.}", "1:7 syntax: not a JSON number", "strings must be in double quotes"},
		{"{\"a\": -}", "1:7 syntax: not a JSON number", "strings must be in double quotes"},
		{"{\"a\": 1e}", "1:7 syntax: not a JSON number", "strings must be in double quotes"},
		{"{\"a\": 0x1}", "1:7 syntax: not a JSON number", "strings must be in double quotes"},
		{"{\"a\": 5s}", "1:7 syntax: not a JSON number", "strings must be in double quotes"},
		{"{\"a\": 010}", "1:7 syntax: a number must not start with 0", ""},
		{"{\"a\": 1} x", "1:10 syntax: unexpected text after the end of the document", ""},
		{"{} {}", "1:4 syntax: only one JSON document is allowed in a file", "remove it, or make it a file of its own"},
		{"{\"a\": \"x", "1:7 syntax: the string is not closed", ""},
		{"{\"a\": \"x\\", "1:9 syntax: the string is not closed", ""},
		{"{\"a\": \"x\\n", "1:7 syntax: the string is not closed", ""},
		{"{\"a\": \"x\n\"}", "1:7 syntax: the string is not closed on its line", `write a line break in a string as \n`},
		{"{\"a\": \"x\t\"}", "1:9 syntax: tab in a string", `write it as \t`},
		{"{\"a\": \"\\n\x01\"}", "1:10 syntax: control character in a string", `write it as \u and four hexadecimal digits`},
		{"{\"a\": \"ü\\x\"}", "1:9 syntax: unknown escape in a string", `write a backslash as \\`},
		{"{\"a\": \"\\u12g4\"}", `1:8 syntax: \u must be followed by four hexadecimal digits`, `write a backslash as \\`},
		{"{\"a\":\n {\"b\": 1\n", `2:2 syntax: "{" is not closed`, ""},
		{"{\"a\": [", `1:7 syntax: "[" is not closed`, ""},
		{"{\"a\": [1,", `1:7 syntax: "[" is not closed`, ""},
		{"{", `1:1 syntax: "{" is not closed`, ""},
		{"{\"a\"", "1:5 syntax: unexpected end of the file", ""},
		{"{\"a\":", "1:6 syntax: unexpected end of the file", ""},
		{"\u00a0{}", "1:1 syntax: not a JSON value", ""},
	} {
		expectProblems(t, document.JSON, c.text, c.want)
		if got := problems(document.JSON, c.text); len(got) == 1 && got[0].Hint != c.hint {
			t.Errorf("%q: hint %q, want %q", c.text, got[0].Hint, c.hint)
		}
	}
}

func TestJSONHalfSurrogatesAreErrors(t *testing.T) {
	for _, s := range []string{`\ud83d`, `\ude00`, `\ud83dx`, `\ud83d\n`, `\ud83d\ud83d`, `\ude00\ud83d`, `\ud83d\u0061`, `\ud83d\uzzzz`} {
		expectProblems(t, document.JSON, `{"a": "`+s+`"}`, "1:8 syntax: half of a surrogate pair is no character")
	}
}
