package document_test

import (
	"testing"

	"example.com/lastgood/internal/document"
)

func TestTOMLKindsAndSpellings(t *testing.T) {
	expectTree(t, document.TOML, `
int = +1_000
hex = 0x1F
float = 1.10
inf = -inf
bool = true
basic = "a\tb\u00fc"
literal = 'C:\x'
multi = """
one \
  two"""
date = 2001-02-03
time = 07:32
local = 2001-02-03 07:32:00.5
offset = 2001-02-03t07:32:00+01:00
`,
		"2:1 int 2:7 integer +1_000",
		"3:1 hex 3:7 integer 0x1F",
		"4:1 float 4:9 number 1.10",
		"5:1 inf 5:7 number -inf",
		"6:1 bool 6:8 bool true",
		"7:1 basic 7:9 string a\tbü",
		`8:1 literal 8:11 string C:\x`,
		"9:1 multi 9:9 string one two",
		"12:1 date 12:8 date 2001-02-03",
		"13:1 time 13:8 date 07:32",
		"14:1 local 14:9 date 2001-02-03 07:32:00.5",
		"15:1 offset 15:10 date 2001-02-03t07:32:00+01:00",
	)
}

func TestTOMLArraysHavePositions(t *testing.T) {
	expectTree(t, document.TOML, "a = [ # [x]\n  [1, [ ]],\n  {b = [2]}, # {\n  [[3]], \"]\"\n]\nc = [4]\n",
		"1:1 a 1:5 list",
		"2:3 a.0 2:3 list",
		"2:4 a.0.0 2:4 integer 1",
		"2:7 a.0.1 2:7 list",
		"3:3 a.1 3:3 map",
		"3:4 a.1.b 3:8 list",
		"3:9 a.1.b.0 3:9 integer 2",
		"4:3 a.2 4:3 list",
		"4:4 a.2.0 4:4 list",
		"4:5 a.2.0.0 4:5 integer 3",
		"4:10 a.3 4:10 string ]",
		"6:1 c 6:5 list",
		"6:6 c.0 6:6 integer 4",
	)
}

func TestTOMLTables(t *testing.T) {
	expectTree(t, document.TOML, "[a.b]\nx = 1\n[a]\ny.z = 2\ny.\"w\" = 3\n[[c]]\n[c.d]\nv = 4\n[[c]]\n",
		"3:2 a 3:2 map",
		"1:4 a.b 1:4 map",
		"2:1 a.b.x 2:5 integer 1",
		"4:1 a.y 4:1 map",
		"4:3 a.y.z 4:7 integer 2",
		"5:3 a.y.w 5:9 integer 3",
		"6:3 c 6:3 list",
		"6:3 c.0 6:3 map",
		"7:4 c.0.d 7:4 map",
		"8:1 c.0.d.v 8:5 integer 4",
		"9:3 c.1 9:3 map",
	)
	expectTree(t, document.TOML, "[a]", "1:2 a 1:2 map")
}

func TestTOMLRedefinitionIsADuplicateKey(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"[a]\n[a]\n", `2:2 duplicate_key: key "a" is already set on line 1`},
		{"[a.b]\n[a]\n[a]\n", `3:2 duplicate_key: key "a" is already set on line 2`},
		{"a = 1\n[a]\n", `2:2 duplicate_key: key "a" is already set on line 1`},
		{"a = {}\n[a.b]\n", `2:2 duplicate_key: key "a" is already set on line 1`},
		{"a = []\n[[a]]\n", `2:3 duplicate_key: key "a" is already set on line 1`},
		{"[[a]]\n[a]\n", `2:2 duplicate_key: key "a" is already set on line 1`},
		{"[a]\n[[a]]\n", `2:3 duplicate_key: key "a" is already set on line 1`},
		{"a.b = 1\n[a]\n", `2:2 duplicate_key: key "a" is already set on line 1`},
		{"a.b = 1\na = 2\n", `2:1 duplicate_key: key "a" is already set on line 1`},
		{"a = {}\na.b = 1\n", `2:1 duplicate_key: key "a" is already set on line 1`},
		{"a = {b = {}, b.c = 1}\n", `1:14 duplicate_key: key "b" is already set on line 1`},
		{"[a.b]\n[a]\nb.c = 1\n", `3:1 duplicate_key: key "b" is already set on line 1`},
	} {
		expectProblems(t, document.TOML, c.text, c.want)
	}
}

func TestTOMLKeysOfARedefinedTableAreCheckedToo(t *testing.T) {
	expectProblems(t, document.TOML, "[a]\nx = 1\n[a]\nx = 1\ny = 1\ny = 2\n[b]\nx = 2001-13-01\n",
		`3:2 duplicate_key: key "a" is already set on line 1`,
		`6:1 duplicate_key: key "y" is already set on line 5`,
		"8:5 syntax: not a valid date or time")
}

func TestTOMLNumbersMustFit(t *testing.T) {
	expectTree(t, document.TOML, "a = 9223372036854775807\nb = -9223372036854775808\nc = 0x7fffffffffffffff\n",
		"1:1 a 1:5 integer 9223372036854775807",
		"2:1 b 2:5 integer -9223372036854775808",
		"3:1 c 3:5 integer 0x7fffffffffffffff")
	for _, number := range []string{"9223372036854775808", "-9_223_372_036_854_775_809", "0x8000000000000000", "0o7777777777777777777777"} {
		expectProblems(t, document.TOML, "a = "+number, "1:5 syntax: the number does not fit into 64 bits")
	}
	expectProblems(t, document.TOML, "a = 1e999", "1:5 syntax: the number is too large")
}

func TestTOMLDatesMustExist(t *testing.T) {
	for _, date := range []string{
		"2001-02-29", "1900-02-29", "2001-13-01", "2001-00-01", "2001-01-00", "2001-01-32", "2001-1-01", "2001-01-011",
		"24:00:00", "23:60", "23:59:60", "23:59:", "23:59:5", "23:59:59.", "2001-01-01T", "2001-01-01T1:00:00",
		"2001-01-01T10:00:00+24:00", "2001-01-01T10:00:00+1:00", "2001-01-01T10:00:00Zz", "2001-01-01TZ", "2001-01-01T10:00:00.Z",
	} {
		expectProblems(t, document.TOML, "a = "+date, "1:5 syntax: not a valid date or time")
	}
	expectProblems(t, document.TOML, "a = 2000-02-29\nb = 23:59\nc = 2001-01-01 00:00:00.123456789012z")
}

func TestTOMLSyntaxErrors(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"x = 1\na\n", `2:2 syntax: expected "=" after the key`},
		{"a: 1\n", `1:2 syntax: expected "=" after the key`},
		{"a =\n", `1:4 syntax: not a TOML value`},
		{"a = ", `1:4 syntax: expected a value after "="`},
		{"a = yes\n", `1:5 syntax: not a TOML value`},
		{"a = True\n", `1:5 syntax: not a TOML value`},
		{"a = tru\n", `1:5 syntax: not a TOML value`},
		{"a = 5s\n", `1:6 syntax: not a TOML number`},
		{"a = 1 b = 2\n", `1:7 syntax: unexpected text after the end of the setting`},
		{"a = 1\rb = 2\n", `1:6 syntax: unexpected text after the end of the setting`},
		{"a = 01\n", `1:5 syntax: a number must not start with 0`},
		{"a = 1__0\n", `1:6 syntax: "_" in a number must be between digits`},
		{"a = 1.\n", `1:7 syntax: a digit must follow the "." in a number`},
		{"a = 1e\n", `1:7 syntax: a digit must follow the "e" in a number`},
		{"a = 0x\n", `1:5 syntax: a digit must follow 0x, 0o or 0b`},
		{"a = 0b2\n", `1:5 syntax: a digit must follow 0x, 0o or 0b`},
		{"a = +x\n", `1:6 syntax: not a TOML number`},
		{"a = +0x1\n", `1:5 syntax: a number that starts with 0x, 0o or 0b has no sign`},
		{"a = -\n", `1:6 syntax: not a TOML number`},
		{"a = \"x\nb = 1\n", `1:7 syntax: the string is not closed on its line`},
		{"a = 'x\nb = 1\n", `1:7 syntax: the string is not closed on its line`},
		{"z = 1\n\n# c\na = \"\"\"x\nb = 1\n", `4:1 syntax: the string is not closed`},
		{"z = [1]\na = '''x\nb = 1\n", `2:1 syntax: the string is not closed`},
		{"[t]\na = [1,\n  2\n", `2:1 syntax: "[" is not closed`},
		{"a = {b = 1\n", `1:1 syntax: "{" is not closed`},
		{"a = [1 2]\n", `1:8 syntax: expected "," or "]"`},
		{"a = {b = 1 c = 2}\n", `1:12 syntax: expected "," or "}"`},
		{"a = [,]\n", `1:6 syntax: unexpected ","`},
		{"a = {,}\n", `1:6 syntax: unexpected ","`},
		{"a = \"ü\\q\"\n", `1:7 syntax: unknown escape in a string`},
		{"a = \"\\ud800\"\n", `1:6 syntax: the escape is no valid character`},
		{"a = \"\\uzzzz\"\n", `1:6 syntax: invalid digit in an escape in a string`},
		{"a = \"\x01\"\n", `1:6 syntax: control character in a string`},
		{"# \x01\n", `1:3 syntax: control character in a comment`},
		{"[a\n", `1:3 syntax: expected "]" after the name of the table`},
		{"[[a]\n", `1:4 syntax: expected "]]" after the name of the table`},
		{"[]\n", `1:2 syntax: invalid start of a key`},
		{"ü = 1\n", `1:1 syntax: invalid start of a key`},
		{"a = 1\n= 2\n", `2:1 syntax: invalid start of a key`},
		{"a = 1\na = 2\nb = ?\n", `2:1 duplicate_key: key "a" is already set on line 1`},
	} {
		want := []string{c.want}
		if c.text == "a = 1\na = 2\nb = ?\n" {
			want = append(want, "3:5 syntax: not a TOML value")
		}
		expectProblems(t, document.TOML, c.text, want...)
	}
}
