package document_test

import (
	"testing"

	"example.com/lastgood/internal/document"
)

func TestYAMLKindsAndSpellings(t *testing.T) {
	expectTree(t, document.YAML, `
int: 1_000
hex: 0x1F
octal: 0o17
version: 1.10
exp: 1e3
inf: .inf
yes: yes
bool: True
'null': ~
none:
date: 2001-02-03
single: 'it''s'
double: "a\tb"
plain: two
  lines
block: |
  one
  two
merge: <<
big: 99999999999999999999
`,
		"2:1 int 2:6 integer 1_000",
		"3:1 hex 3:6 integer 0x1F",
		"4:1 octal 4:8 integer 0o17",
		"5:1 version 5:10 number 1.10",
		"6:1 exp 6:6 number 1e3",
		"7:1 inf 7:6 number .inf",
		"8:1 yes 8:6 string yes",
		"9:1 bool 9:7 bool True",
		"10:1 null 10:9 null ~",
		"11:1 none 11:6 null",
		"12:1 date 12:7 date 2001-02-03",
		"13:1 single 13:9 string it's",
		"14:1 double 14:9 string a\tb",
		"15:1 plain 15:8 string two lines",
		"17:1 block 17:8 string one\ntwo\n",
		"20:1 merge 20:8 string <<",
		"21:1 big 21:6 number 99999999999999999999",
	)
}

func TestYAMLListsAndMapsHavePositions(t *testing.T) {
	expectTree(t, document.YAML, "a:\n  - x\n  - b: 1\n    c: [2, {d: 3}]\n",
		"1:1 a 2:3 list",
		"2:5 a.0 2:5 string x",
		"3:5 a.1 3:5 map",
		"3:5 a.1.b 3:8 integer 1",
		"4:5 a.1.c 4:8 list",
		"4:9 a.1.c.0 4:9 integer 2",
		"4:12 a.1.c.1 4:12 map",
		"4:13 a.1.c.1.d 4:16 integer 3",
	)
}

func TestYAMLKeysKeepTheirSpelling(t *testing.T) {
	expectTree(t, document.YAML, "0x1F: a\n1.10: b\ntrue: c\n\"~\": d\n\"q\": e\n",
		"1:1 0x1F 1:7 string a",
		"2:1 1.10 2:7 string b",
		"3:1 true 3:7 string c",
		"4:1 ~ 4:6 string d",
		"5:1 q 5:6 string e",
	)
}

func TestYAMLAliasHasPositionsOfTheOriginal(t *testing.T) {
	expectTree(t, document.YAML, "a: &a\n  x: 1\nb: *a\nc: &k d\n*k : *k\n",
		"1:1 a 1:4 map",
		"2:3 a.x 2:6 integer 1",
		"3:1 b 1:4 map",
		"2:3 b.x 2:6 integer 1",
		"4:1 c 4:4 string d",
		"5:1 d 4:4 string d",
	)
	expectTree(t, document.YAML, "&k key: *k\n", "1:1 key 1:1 string key")
}

func TestYAMLMerge(t *testing.T) {
	expectTree(t, document.YAML, `
a: &a {x: 1, y: 1}
b: &b {y: 2, z: 2}
own-wins:
  <<: *a
  y: 0
first-wins:
  <<: [*a, *b]
inline:
  <<: {x: 9}
chained:
  <<: {<<: *b}
`,
		"2:1 a 2:4 map", "2:8 a.x 2:11 integer 1", "2:14 a.y 2:17 integer 1",
		"3:1 b 3:4 map", "3:8 b.y 3:11 integer 2", "3:14 b.z 3:17 integer 2",
		"4:1 own-wins 5:3 map", "6:3 own-wins.y 6:6 integer 0", "2:8 own-wins.x 2:11 integer 1",
		"7:1 first-wins 8:3 map", "2:8 first-wins.x 2:11 integer 1", "2:14 first-wins.y 2:17 integer 1", "3:14 first-wins.z 3:17 integer 2",
		"9:1 inline 10:3 map", "10:8 inline.x 10:11 integer 9",
		"11:1 chained 12:3 map", "3:8 chained.y 3:11 integer 2", "3:14 chained.z 3:17 integer 2",
	)
	expectTree(t, document.YAML, `"<<": 1`, "1:1 << 1:7 integer 1")
}

func TestYAMLMergeOfANonMapIsAProblem(t *testing.T) {
	const message = `syntax: "<<" must be given a map, an alias of a map, or a list of these`
	expectProblems(t, document.YAML, "<<: 3\n", "1:5 "+message)
	expectProblems(t, document.YAML, "a: &a 1\n<<: *a\n", "2:5 "+message)
	expectProblems(t, document.YAML, "a: &a [{}]\n<<: *a\n", "2:5 "+message)
	expectProblems(t, document.YAML, "<<: [{}, 3]\n", "1:10 "+message)
	expectProblems(t, document.YAML, "<<:\n", "1:4 "+message)
	expectProblems(t, document.YAML, "<<: {}\n<<: {}\n", `2:1 duplicate_key: key "<<" is already set on line 1`)
}

func TestYAMLTags(t *testing.T) {
	expectTree(t, document.YAML, "a: !!str 5\nb: !!int \"5\"\nc: !!float 5\nd: !!bool 'true'\ne: !!binary aGk=\nf: !!timestamp 2001-01-01\ng: !!null ''\nh: !!map {}\ni: !!seq []\nj: ! x\n",
		"1:1 a 1:4 string 5",
		"2:1 b 2:4 integer 5",
		"3:1 c 3:4 number 5",
		"4:1 d 4:4 bool true",
		"5:1 e 5:4 string hi",
		"6:1 f 6:4 date 2001-01-01",
		"7:1 g 7:4 null",
		"8:1 h 8:4 map",
		"9:1 i 9:4 list",
		"10:1 j 10:4 string x",
	)
}

func TestYAMLValueMustSuitItsTag(t *testing.T) {
	for text, tag := range map[string]string{
		"a: !!int abc": "!!int", "a: !!int 1.5": "!!int", "a: !!float x": "!!float", "a: !!bool yes": "!!bool",
		"a: !!null x": "!!null", "a: !!timestamp x": "!!timestamp", "a: !!binary '*'": "!!binary",
		"a: !!map [x]": "!!map", "a: !!seq {}": "!!seq", "a: !!str []": "!!str", "a: !!binary []": "!!binary",
	} {
		expectProblems(t, document.YAML, text, "1:4 syntax: the value does not suit its tag "+tag)
	}
}

func TestYAMLCustomTagsAreUnsupported(t *testing.T) {
	expectProblems(t, document.YAML, "a: !ref x", `1:4 syntax: unsupported tag "!ref"`)
	expectProblems(t, document.YAML, "a: !ref [x]", `1:4 syntax: unsupported tag "!ref"`)
	expectProblems(t, document.YAML, "a: !vault |\n  $ANSIBLE_VAULT;1.1;AES256\n", `1:4 syntax: the value is encrypted by Ansible Vault`)
	expectProblems(t, document.YAML, "a: !!set {x}", `1:4 syntax: unsupported tag "!!set"`)
	expectProblems(t, document.YAML, "!env a: x", `1:1 syntax: unsupported tag "!env"`)
}

func TestYAMLKeysMustBeText(t *testing.T) {
	const message = "syntax: a key must be plain text, not a map or list"
	expectProblems(t, document.YAML, "[a]: 1", "1:1 "+message)
	expectProblems(t, document.YAML, "a: {{ x }}", "1:5 "+message)
	expectProblems(t, document.YAML, "a: &a [b]\n*a : 1", "2:1 "+message)
}

// A null key is probably one that was lost, for example in a template.
func TestYAMLKeysMustNotBeNull(t *testing.T) {
	const message = "syntax: a key must be a text, not null"
	expectProblems(t, document.YAML, "~: 1", "1:1 "+message)
	expectProblems(t, document.YAML, "a: {null: 1}", "1:5 "+message)
	expectProblems(t, document.YAML, "a: &n ~\n*n : 1", "2:1 "+message)
	expectProblems(t, document.YAML, "!!null x: 1", "1:1 "+message)
	expectTree(t, document.YAML, "'null': 1\n\"\": 2\n!!str ~: 3\n", "1:1 null 1:9 integer 1", "2:1  2:5 integer 2", "3:1 ~ 3:10 integer 3")
}

func TestYAMLOnlyOneDocument(t *testing.T) {
	const message = "syntax: only one YAML document is allowed in a file"
	expectProblems(t, document.YAML, "a: 1\n---\nb: 2\n", "2:1 "+message)
	expectProblems(t, document.YAML, "---\na: 1\n--- # empty\n", "3:1 "+message)
	expectProblems(t, document.YAML, "a: 1\na: 2\n---\nb: 2\n",
		`2:1 duplicate_key: key "a" is already set on line 1`, "3:1 "+message)
	expectProblems(t, document.YAML, "--- # one\na: 1\n...\n")
}

func TestYAMLLineBreaksOfItsOwnDoNotCount(t *testing.T) {
	expectTree(t, document.YAML, "a: b\rc: \"x\u2028y\"\r\nd: [1,\u0085 2]\n",
		"1:1 a 1:4 string b",
		"1:6 c 1:9 string x\u2028y",
		"2:1 d 2:4 list",
		"2:5 d.0 2:5 integer 1",
		"2:9 d.1 2:9 integer 2",
	)
	expectProblems(t, document.YAML, "a: \"\u2028\"\nb: @", `2:4 syntax: a value cannot start with "@"`)
}

// The library's errors for most of these have no position, or the wrong line.
func TestYAMLSyntaxErrors(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"a: 1\nfoo\nb: 2\n", `2:1 syntax: expected ":" and a value after the key`},
		{"x: 1\na:b\nc: 1\n", `2:1 syntax: expected ":" and a value after the key`},
		{"foo: 1\nbar\n", `2:1 syntax: expected ":" and a value after the key`},
		{"a: 1\n  b: 2\n", `2:4 syntax: unexpected ":"`},
		{"key: value: x\n", `1:11 syntax: unexpected ":"`},
		{"z: 1\nurl: C:\\a: b\n", `2:10 syntax: unexpected ":"`},
		{"  a: 1\n b: 2\n", `2:2 syntax: unexpected text after the end of the document`},
		{"a: 1\n... x\n", `2:5 syntax: unexpected text after the end of the document`},
		{"x:\n  a: 1\n b: 2\n", `3:2 syntax: the indentation fits none of the lines before`},
		{"x:\n  - a\n b: 2\n", `3:2 syntax: the indentation fits none of the lines before`},
		{"x:\n  - - a\n   - b\n", `3:4 syntax: the indentation fits none of the lines before`},
		{"a: \"foo\nb: \"bar\"\n", `2:5 syntax: unexpected text after the end of the value`},
		{"a: 'it's'\n", `1:8 syntax: unexpected text after the end of the value`},
		{"- 'it's'\n", `1:7 syntax: unexpected text after the end of the value`},
		{"a: {b: 1} c\n", `1:11 syntax: unexpected text after the end of the value`},
		{"z: 1\na: \"foo\nb: 1\n", `2:4 syntax: the quote is not closed`},
		{"a: \"x\n---\nb\"\n", `1:4 syntax: the quote is not closed`},
		{"a: [1, 2\n", `1:4 syntax: "[" is not closed`},
		{"z: 1\na: {b: [1, 2], c: 1\n\n", `2:4 syntax: "{" is not closed`},
		{"a: {\n", `1:4 syntax: a bracket is not closed`},
		{"a: [1, 2\nb: 3\n", `2:2 syntax: expected "," or "]"`},
		{"a: {x: 1]\n", `1:9 syntax: expected "," or "}"`},
		{"a: [\n  \"1\"\n  \"2\" ]\n", `3:3 syntax: expected "," or "]"`},
		{"a: ]\n", `1:4 syntax: unexpected "]"`},
		{"a: [,]\n", `1:5 syntax: unexpected ","`},
		{"a: 1\n}\n", `2:1 syntax: unexpected "}"`},
		{"a:\n\tb: 1\n", `2:1 syntax: tab in the indentation; YAML allows only spaces`},
		{"a:\n  b: 1\n  \tc: 2\n", `3:3 syntax: tab in the indentation; YAML allows only spaces`},
		{"a: 1\n\t\n", `2:1 syntax: tab in the indentation; YAML allows only spaces`},
		{"a:\n  b: 1\n\tc: 2\n", `3:1 syntax: tab in the indentation; YAML allows only spaces`},
		{"a: |\n  foo\n\tbar\n", `3:1 syntax: tab in the indentation; YAML allows only spaces`},
		{"b: 1\n- a\n", `2:1 syntax: a list item among the keys of a map`},
		{"x:\n  - a\n  b: 1\n", `3:3 syntax: expected "- ", as before the other items of the list`},
		{"a: - b\n", `1:4 syntax: unexpected "-"`},
		{"a: ? b\n", `1:4 syntax: unexpected "?"`},
		{"z: 1\n\na: @x\n", `3:4 syntax: a value cannot start with "@"`},
		{"a: `x`\n", "1:4 syntax: a value cannot start with \"`\""},
		{"a: %x\n", `1:4 syntax: a value cannot start with "%"`},
		{"%foo\na: 1\n", `1:1 syntax: a line that starts with "%" must be a valid directive`},
		{"%YAML x\n---\na: 1\n", `1:1 syntax: a line that starts with "%" must be a valid directive`},
		{"%YAML 1.1\n%YAML 1.1\n---\na: 1\n", `2:1 syntax: duplicate directive`},
		{"%TAG ! a\n%TAG ! a\n---\na: 1\n", `2:1 syntax: duplicate directive`},
		{"%YAML 3.0\n---\na: 1\n", `1:1 syntax: unsupported version of YAML`},
		{"z: 1\n\na:\n  - *nope\n", `4:5 syntax: there is no anchor of this name before the alias`},
		{"a: *\n", `1:4 syntax: a name must follow "&" or "*"`},
		{"a: \"ü\\q\"\n", `1:6 syntax: unknown escape in a string`},
		{"a: \"\\xZZ\"\n", `1:5 syntax: invalid digit in an escape in a string`},
		{"a: \"\\ud800\"\n", `1:5 syntax: the escape stands for no character`},
		{"a: |5x\n foo\n", `1:6 syntax: unexpected text at the end of the line`},
		{"a: |0\n", `1:5 syntax: the indentation after "|" or ">" is 1 to 9`},
		{"a: !<x\n", `1:4 syntax: invalid tag`},
		{"a: !a!b x\n", `1:4 syntax: unsupported tag`},
		{"b: 1\na: ü\x7f\n", `2:5 syntax: control character in the text`},
		{"a: \x1b[0m\n", `1:4 syntax: control character in the text`},
	} {
		expectProblems(t, document.YAML, c.text, c.want)
	}
}
