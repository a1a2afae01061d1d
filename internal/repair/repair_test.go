package repair_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"example.com/lastgood/internal/document"
	"example.com/lastgood/internal/repair"
)

// diagnose returns the problem of a text as "1:2 message | repaired line".
func diagnose(t *testing.T, f document.Format, text string, fits func(*document.Node) int) string {
	t.Helper()
	_, problems := document.Parse(f, []byte(text))
	if len(problems) == 0 {
		t.Fatalf("%q is valid", text)
	}
	p := repair.Diagnose(context.Background(), f, []byte(text), 0, problems, fits)[0]
	out := fmt.Sprintf("%d:%d %s", p.Line, p.Column, p.Message)
	if p.Repaired != "" {
		out += " | " + p.Repaired
	}
	return out
}

func TestTheCauseIsFoundAboveThePlaceWhereTheParserStopped(t *testing.T) {
	for _, c := range []struct {
		format     document.Format
		text, want string
	}{
		{document.YAML, "a: 1\ncidrs: [10.0.0.0/8\nscript: |\n  echo\nb: 2\n", `2:8 "[" is not closed | cidrs: [10.0.0.0/8]`},
		{document.YAML, "a: [\n  x,\n  y\nb: 2\nc: {}\n", `1:4 "[" is not closed`},
		{document.YAML, "a: {b: [1, 2}\nc: 2\n", `1:8 "[" is not closed | a: {b: [1, 2]}`},
		{document.YAML, "a: [1, 2}\nc: 2\n", `1:9 "}" closes a "[" | a: [1, 2]`},
		{document.YAML, "a:\n  b:\"x\"\n  c: 1\n", `2:4 no space after the ":" |   b: "x"`},
		{document.YAML, "a:\n  b \"x\"\n  c: 1\n", `2:4 no ":" after the key |   b: "x"`},
		{document.YAML, "a\n  b: x\n  c: 1\n", `1:2 no ":" after the key | a:`},
		{document.YAML, "a:\n  b = x\n  c: 1\n", `2:4 "=" where ":" is expected |   b: x`},
		{document.YAML, "a:\n  -b: 1\n    c: 2\n  - b: 2\n", `2:3 no space after the "-" |   - b: 1`},
		{document.YAML, "a:\n  -\tb: 1\n    c: 2\n", `2:3 an item of a list starts with "-" and a space |   - b: 1`},
		{document.YAML, "a:\n  • b: 1\n    c: 2\n", `2:3 an item of a list starts with "-" and a space |   - b: 1`},
		{document.YAML, "a:\n  // about b\n  b: 1\n", `2:3 "//" starts no comment in YAML |   # about b`},
		{document.YAML, "// one\na: 1\n// two\nb: 2\n", `1:1 "//" starts no comment in YAML | # one`},
		{document.YAML, "a: \"x\" // about\nb: 1\n", `1:8 "//" starts no comment in YAML | a: "x" # about`},
		{document.YAML, "a: \"x\nb: \"y\"\nc: 1\n", `1:4 the quote is not closed | a: "x"`},
		{document.YAML, "a: 'x # about\nb: 'y'\nc: 1\n", `1:4 the quote is not closed | a: 'x' # about`},
		{document.YAML, "a: [\"x, \"y\"]\nb: 1\n", `1:5 the quote is not closed | a: ["x", "y"]`},
		{document.YAML, "a: 'it's'\n", `1:8 unexpected text after the end of the value | a: 'it''s'`},
		{document.YAML, "s:\n  a: 1\n \u00a0b: 2\n", "3:2 a non-breaking space (U+00A0) |   b: 2"},
		{document.YAML, "s:\n  a:\u00a01\n  b: 2\n", "2:5 a non-breaking space (U+00A0) |   a: 1"},
		{document.YAML, "\u200bs:\n  a: 1\n\u2028 b: 2\n", "1:1 an invisible character (U+200B) | s:"},
		{document.YAML, "s:\n   a: 1\n  b: 2\n  c: 3\n", "2:4 the indentation does not match the lines around it"},
		{document.YAML, "s:\n a:\n    x: 1\n  b: 2\n  c: 3\n", "2:2 the indentation does not match the lines around it"},
		{document.YAML, "s:\n  a: 1\n   b: 2\n", "3:4 the indentation does not match the lines around it"},
		{document.YAML, "s:\n  a: |\n    x\n   y\n    z: 1\n  b: 1\n", "4:4 the indentation does not match the lines around it"},
		{document.YAML, "s:\n\ta: 1\n\tb: 2\n", "2:1 tab in the indentation; YAML allows only spaces"},
		{document.YAML, "a: 1\n{{- if .x }}\nb: 2\n{{- end }}\n", "2:1 a template that was not rendered"},
		{document.YAML, "a: {{ .x }}\nb: 2\n", "1:4 a template that was not rendered"},
		{document.YAML, "a: 1\n{% if x %}\nb: 2\n{% endif %}\n", "2:1 a template of Jinja that was not rendered"},
		{document.YAML, "a: 1\n<% if x %>\nb: 2\n", "2:1 a template of ERB that was not rendered"},
		{document.YAML, "a: 1\n${SECTION}\nb: 2\n", "2:1 a placeholder that was not rendered"},
		{document.YAML, "```yaml\na: 1\n```\n", "1:1 a fence of Markdown"},
		{document.YAML, "addr:\":80\"", `1:5 no space after the ":" | addr: ":80"`},
		{document.YAML, "a:\r\n  b:1\r\n  c: 2\r\n", `2:4 no space after the ":" |   b: 1`},
		{document.YAML, "a: @x\n", `1:4 a value cannot start with "@" | a: '@x'`},
		{document.TOML, "a = [1, 2\nb = 3\n", `1:5 "[" is not closed | a = [1, 2]`},
		{document.TOML, "a = [\n  1,\n  2,\n\n[t]\nb = 3\n", `1:5 "[" is not closed`},
		{document.TOML, "a: 1\nb = 2\n", `1:2 ":" where "=" is expected | a = 1`},
		{document.TOML, "a = 1,000\n", `1:5 a separator of thousands in a number | a = 1_000`},
		{document.TOML, "a = 1000,\n", `1:9 a setting ends with its line | a = 1000`},
		{document.TOML, "a = 1 000\n", `1:5 a separator of thousands in a number | a = 1_000`},
		{document.TOML, "a = 1,5\n", `1:5 a comma in a number | a = 1.5`},
		{document.TOML, "a = [True, 1]\n", `1:6 true and false are written in lower case | a = [true, 1]`},
		{document.TOML, "a = {b = None, c = 1}\n", `1:10 TOML has no null`},
		{document.TOML, "a = ~\nb = FALSE\n", `1:5 TOML has no null`},
		{document.TOML, "a = {b = , c = 1}\n", `1:8 no value after the "="`},
		{document.TOML, "a = # b\n", `1:3 no value after the "="`},
		{document.TOML, "a = $(X)\n", "1:5 a placeholder that was not rendered"},
		{document.TOML, "a = @X@\nb = %Y%\n", "1:5 a placeholder that was not rendered"},
		{document.TOML, "a = 1\n=======\nb = 2\n", "2:1 a conflict of a merge that was not resolved"},
		{document.YAML, "a: 1\n=======\nb: 2\n", "2:1 a conflict of a merge that was not resolved"},
		{document.JSON, "{\n=======\n\"b\": 2\n}", "2:1 a conflict of a merge that was not resolved"},
		{document.YAML, "a: @X@\n", "1:4 a placeholder that was not rendered"},
		{document.YAML, "a: “b: c”\n", `1:4 a typographic quotation mark | a: "b: c"`},
		{document.YAML, "a: [“}”]\n", `1:5 a typographic quotation mark | a: ["}"]`},
		{document.YAML, "a: {b: 1, , c: 2}\n", `1:9 "," twice | a: {b: 1, c: 2}`},
		{document.YAML, "a:\n- \"x\n  y\" z\n- b\nc: d\n", "3:6 unexpected text after the end of the value"},
		{document.YAML, "a:\n- b\n- 'x\n\n  y' z\nc: d\n", "5:6 unexpected text after the end of the value"},
		{document.JSON, "{\"a\": ${X},\n \"b\": {\"c\": ${X}}}", "1:7 a placeholder that was not rendered"},
		{document.JSON, "{\"a\": ‘x’}", `1:7 a typographic quotation mark | {"a": "x"}`},
		{document.JSON, "{\"a\": 1,000,\n \"b\": 1}", `1:7 a separator of thousands in a number | {"a": 1000,`},
		{document.JSON, "{\"a\": 1,5}", `1:8 a comma in a number | {"a": 1.5}`},
		{document.JSON, "{\"a\": ,\n \"b\": 1}", `1:6 no value after the ":"`},
		{document.JSON, "{\"a\":\n}", `1:6 no value after the ":"`},
		{document.TOML, "a = True\n", `1:5 true and false are written in lower case | a = true`},
		{document.TOML, "a = null\n", `1:5 TOML has no null`},
		{document.TOML, "a =\nb = 1\n", `1:3 no value after the "="`},
		{document.TOML, "a = “x”\n", `1:5 a typographic quotation mark | a = "x"`},
		{document.TOML, "a = x\n", `1:5 not a TOML value | a = "x"`},
		{document.TOML, "[a\nb = 1\n", `1:1 the name of the table is not closed | [a]`},
		{document.JSON, "{\n \"a\": 1\n \"b\": 2\n}", `2:8 no "," at the end of the line |  "a": 1,`},
		{document.JSON, "{\n \"a\": [1, 2,\n \"b\": 2\n}", `2:7 "[" is not closed |  "a": [1, 2],`},
		{document.JSON, "{\n \"a\": {\n  \"b\": 2,\n \"c\": 3\n}", `2:7 "{" is not closed`},
		{document.JSON, "{\n \"a\": 1,\n}", `2:8 unexpected "," before "}" |  "a": 1`},
		{document.JSON, "{\n \"a\" 1\n}", `2:5 no ":" after the key |  "a": 1`},
		{document.JSON, "{\n a: 1\n}", `2:2 a key must be a string in double quotes |  "a": 1`},
		{document.JSON, "{\n \"a\": True\n}", `2:7 not a JSON value |  "a": true`},
		{document.JSON, "{\n \"a\": \"x,\n \"b\": 1\n}", `2:7 the quote is not closed |  "a": "x",`},
	} {
		if got := diagnose(t, c.format, c.text, nil); got != c.want {
			t.Errorf("%v %q\ngot  %s\nwant %s", c.format, c.text, got, c.want)
		}
	}
}

func TestTheRepairThatFitsTheSchemaIsTaken(t *testing.T) {
	const text = "s:\n   a: 1\n  b: 2\n" // b is a key of s, or one beside it
	top := func(n *document.Node) int { return len(n.Children) }
	if got := diagnose(t, document.YAML, text, top); !strings.HasPrefix(got, "3:3 the indentation") {
		t.Error(got)
	}
	below := func(n *document.Node) int { return -top(n) }
	if got := diagnose(t, document.YAML, text, below); !strings.HasPrefix(got, "2:4 the indentation") {
		t.Error(got)
	}
}

func TestTheFirstOfTwoMistakesIsFound(t *testing.T) {
	const text = "a:\n  b:1\n  c: 2\nd:\n  e: \"x\n  f: 3\n"
	if got := diagnose(t, document.YAML, text, nil); got != `2:4 no space after the ":" |   b: 1` {
		t.Error(got)
	}
}

func TestForeignFilesAreRecognised(t *testing.T) {
	for _, c := range []struct {
		format     document.Format
		text, want string
	}{
		{document.YAML, "a: 1\n<<<<<<< HEAD\nb: 1\n=======\nb: 2\n>>>>>>> x\n", "2:1 a conflict of a merge that was not resolved"},
		{document.JSON, "{\n>>>>>>> x\n}", "2:1 a conflict of a merge that was not resolved"},
		{document.YAML, "# x\na = \"x\"\n[b]\nc = 1\n", "1:1 this is TOML, in a file that is named as YAML"},
		{document.TOML, "a: x\nb:\n  c: 1\n", "1:1 this is YAML, in a file that is named as TOML"},
		{document.TOML, "{\"a\": 1}", "1:1 this is JSON, in a file that is named as TOML"},
		{document.JSON, "a: x\n", "1:1 this is YAML, in a file that is named as JSON"},
		{document.JSON, "a = 1\n", "1:1 this is TOML, in a file that is named as JSON"},
		{document.JSON, "{\n  // x\n  a: 'b',\n}", "1:1 this is JSON5, not JSON: it has comments, names without quotes, single quotes, commas at the end"},
		{document.YAML, "{\n  // x\n  \"a\": 1\n}", "1:1 this is JSON5, not YAML: it has comments"},
		{document.YAML, "; x\n[a]\nb = c d\n", `1:1 this is INI: "[section]" and "key = value" lines`},
		{document.YAML, "# x\nexport A=b\nC=d e\n", "1:1 these are KEY=value lines, as in an .env file"},
		{document.YAML, "a.b=c\nd=e\n", "1:1 these are key=value lines, as in a .properties file"},
		{document.TOML, "; x\n[a]\nb = c d\ne = f\ng = h\n", `1:1 this is INI: "[section]" and "key = value" lines`},
		{document.TOML, "a.b=c\nd=e f\ng=h\n", "1:1 these are key=value lines, as in a .properties file"},
		{document.TOML, "{\n  // x\n  a: 'b',\n}", "1:1 this is JSON5, not TOML: it has comments, names without quotes, single quotes, commas at the end"},
		{document.TOML, "apiVersion: v1\nkind: ConfigMap\ndata:\n  c.yaml: x\n", "1:1 this is the manifest of a ConfigMap, not the configuration in it"},
		{document.JSON, "---\napiVersion: v1\nkind: Secret\n", "1:1 this is the manifest of a Secret, not a configuration"},
		{document.YAML, "apiVersion: v1\nkind: ConfigMap\ndata:\n  c.yaml: x\n---\napiVersion: v1\nkind: Service\n", "1:1 this is the manifest of a ConfigMap, not the configuration in it"},
		{document.YAML, "<Error><Code>AccessDenied</Code></Error>", "1:1 this is XML, no configuration"},
		{document.JSON, "<!-- x -->\n<h1>Not Found</h1>", "1:1 this is an HTML page, such as a server answers with when something is wrong"},
		{document.YAML, "404 page not found\n", "1:1 this is what a server answers with when something is wrong"},
		{document.TOML, "upstream connect error or disconnect/reset before headers\n", "1:1 this is what a server answers with when something is wrong"},
		{document.YAML, "--- a/c.yaml\n+++ b/c.yaml\n@@ -1 +1 @@\n-a: 1\n+a: 2\n", "1:1 this is a patch, not the file that it is for"},
		{document.YAML, "YTogMQo=\n", "1:1 this is base64"},
		{document.JSON, "[1]", "1:1 the top level must be a map of keys, not a list"},
		{document.YAML, "YTogMQpiOiAyCmM6IDMK\n", "1:1 this is base64"},
		{document.YAML, "$ANSIBLE_VAULT;1.1;AES256\n6138\n", "1:1 this is encrypted by Ansible Vault"},
		{document.YAML, "version https://git-lfs.github.com/spec/v1\noid sha256:1\n", "1:1 this is a pointer of Git LFS, not the file itself"},
		{document.YAML, "\n-----BEGIN CERTIFICATE-----\nMIIB\n", "2:1 this is a certificate, a key or a message in PEM, no configuration"},
		{document.JSON, "<!DOCTYPE html><html>", "1:1 this is an HTML page, such as a server answers with when something is wrong"},
		{document.TOML, "<?xml version=\"1.0\"?>", "1:1 this is XML, no configuration"},
		{document.YAML, "\x1f\x8b\x08\x00", "1:1 this is compressed by gzip"},
		{document.YAML, "a\x00:\x00 \x001\x00", "1:1 the text is UTF-16, not UTF-8"},
		{document.YAML, "\x00a\x00:\x00 \x001", "1:1 the text is UTF-16, not UTF-8"},
	} {
		if got := diagnose(t, c.format, c.text, nil); got != c.want {
			t.Errorf("%v %q\ngot  %s\nwant %s", c.format, c.text, got, c.want)
		}
	}
}

func noKey(string) bool { return false }

func TestManifestsAreRecognised(t *testing.T) {
	for text, want := range map[string]string{
		"apiVersion: v1\ndata:\n  config.yaml: |\n    a: 1\nkind: ConfigMap\n":  `5:1 this is the manifest of a ConfigMap, not the configuration in it; the configuration is under data."config.yaml"; mount the ConfigMap, or use that text alone`,
		"apiVersion: v1\ndata: {x: a, b.json: c, d.yaml: e}\nkind: ConfigMap\n": `3:1 this is the manifest of a ConfigMap, not the configuration in it; the configuration is under data."b.json" or data."d.yaml"; mount the ConfigMap, or use that text alone`,
		"apiVersion: v1\nitems: []\nkind: List\n":                               "3:1 this is the manifest of a List, not a configuration; check which file is mounted here",
		"apiVersion: example.com/v1\nkind: hunter2\n":                           "2:1 this is the manifest of an object of Kubernetes, not a configuration; check which file is mounted here",
		"a: ENC[AES256_GCM,data:x]\nsops:\n  mac: ENC[x]\n":                     "2:1 this is encrypted by SOPS; decrypt it before it is used as configuration",
		"data:\n  config.yaml: |\n    a: 1\n":                                   `1:1 this is the data of a ConfigMap, not the configuration in it; the configuration is under data."config.yaml"; mount the ConfigMap, or use that text alone`,
		"data:\n  name: x\n":                                                    "",
		"kind: x\n":                                                             "",
		"sops: x\n":                                                             "",
		"a: {}\n":                                                               "",
		"kind: []\napiVersion: 1\n":                                             "",
	} {
		root, problems := document.Parse(document.YAML, []byte(text))
		if len(problems) > 0 {
			t.Fatal(problems)
		}
		got := ""
		if p := repair.Manifest(root, noKey, true); p != nil {
			got = fmt.Sprintf("%d:%d %s; %s", p.Line, p.Column, p.Message, p.Hint)
		}
		if got != want {
			t.Errorf("%q\ngot  %s\nwant %s", text, got, want)
		}
	}
}

func TestNothingIsTriedWhenTheContextHasEnded(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	data := []byte("a:\n  b:1\n  c: 2\n")
	_, problems := document.Parse(document.YAML, data)
	called := false
	got := repair.Diagnose(ctx, document.YAML, data, 0, problems, func(*document.Node) int { called = true; return 0 })
	if called || got[0] != problems[0] {
		t.Errorf("called: %v, %v", called, got)
	}
}

func TestADocumentThatCannotBeRepairedKeepsItsProblem(t *testing.T) {
	for _, text := range []string{"%foo\n%bar\n", "? [\n? {\n]: }\n"} {
		_, problems := document.Parse(document.YAML, []byte(text))
		if got := repair.Diagnose(context.Background(), document.YAML, []byte(text), 0, problems, nil); got[0] != problems[0] {
			t.Errorf("%q: got %+v, want %+v", text, got, problems)
		}
	}
}

func TestAPanicOfTheSchemaKeepsTheProblem(t *testing.T) {
	data := []byte("a:\n  b:1\n  c: 2\n")
	_, problems := document.Parse(document.YAML, data)
	got := repair.Diagnose(context.Background(), document.YAML, data, 0, problems, func(*document.Node) int { panic("x") })
	if got[0] != problems[0] {
		t.Error(got)
	}
}

func TestTheCauseIsFoundInALargeDocument(t *testing.T) {
	var yaml, toml strings.Builder
	for i := range 5000 {
		fmt.Fprintf(&yaml, "section%d:\n  a: 1\n  b: [1, 2]\n", i)
		fmt.Fprintf(&toml, "[[section]]\na = 1\nb = [1, 2]\n")
	}
	text := "base: &base {x: 1}\n" + yaml.String() + "bad:\n  <<: *base\n  x:1\n  y: 2\n" + strings.ReplaceAll(yaml.String(), "section", "more")
	if got, want := diagnose(t, document.YAML, text, nil), `15004:4 no space after the ":" |   x: 1`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	text = toml.String() + "c = [1\nd = 2\n" + toml.String()
	if got, want := diagnose(t, document.TOML, text, nil), `15001:5 "[" is not closed | c = [1]`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestAPartOfAFileHasTheLinesOfTheFile(t *testing.T) {
	for text, want := range map[string]string{
		"a:\n  b:1\n  c: 2\n":                  "102: put a space there",
		"s:\n   a: 1\n  b: 2\n  c: 3\n":        "102: indent it by 2 spaces, as line 103",
		"a: [\n  x,\n  y\nb: 2\n":              `101: close it with "]" at the end of line 103`,
		"a: 1\n>>>>>>> x\n":                    "102: decide for one of the two versions, and remove the lines that start with <<<<<<<, ======= and >>>>>>>",
		"A=b\nC=d\n":                           "101: write it as YAML, or read it as environment variables",
		"a: 1\n{{ if .x }}\nb: 1\n{{ end }}\n": "102: render it before it is used as configuration",
	} {
		_, problems := document.Parse(document.YAML, []byte(text))
		for i := range problems {
			problems[i].Line += 100
		}
		p := repair.Diagnose(context.Background(), document.YAML, []byte(text), 100, problems, nil)[0]
		if got := fmt.Sprintf("%d: %s", p.Line, p.Hint); got != want {
			t.Errorf("%q: got %s, want %s", text, got, want)
		}
	}
}

// A large document in JSON cannot be cut.
func TestATooLargeDocumentKeepsItsProblem(t *testing.T) {
	text := "{\n" + strings.Repeat("\"a\": 1,\n", 60_000) + "\"b\": 1\n\"c\": 1\n}"
	_, problems := document.Parse(document.JSON, []byte(text))
	got := repair.Diagnose(context.Background(), document.JSON, []byte(text), 0, problems, nil)
	if len(got) != len(problems) || got[0] != problems[0] {
		t.Errorf("got %+v, want %+v", got[0], problems[0])
	}
}
