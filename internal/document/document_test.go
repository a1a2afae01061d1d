package document_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"example.com/lastgood/internal/document"
)

func TestFormatOfGoesByExtensionInAnyCase(t *testing.T) {
	for path, want := range map[string]document.Format{
		"config.yaml":          document.YAML,
		"/etc/app/CONFIG.YML":  document.YAML,
		"a.b/config.Toml":      document.TOML,
		"config.json":          document.JSON,
		"config":               0,
		"config.yaml.bak":      0,
		"/etc/app.yaml/config": 0,
	} {
		got, ok := document.FormatOf(path)
		if got != want || ok != (want != 0) {
			t.Errorf("FormatOf(%q) = %v, %v; want %v", path, got, ok, want)
		}
	}
}

func TestFormatsAndKindsHaveTheNamesUsedInMessages(t *testing.T) {
	got := fmt.Sprint(document.YAML, document.TOML, document.JSON, document.Format(9),
		document.Null, document.Bool, document.Int, document.Float, document.String,
		document.Time, document.List, document.Map, document.Kind(99))
	want := "YAML TOML JSON unknown format null bool integer number string date list map unknown kind"
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

var formats = []document.Format{document.YAML, document.TOML, document.JSON}

func TestEmptyContentIsOneProblem(t *testing.T) {
	for format, texts := range map[document.Format][]string{
		document.YAML: {"", " \n\t\n", "# only\n", "---\n", "null", "~", "\uFEFF", "--- # x\n...\n"},
		document.TOML: {"", " \n\t\n", "# only\n", "\uFEFF"},
		document.JSON: {"", " \n\t\n", "null", "\uFEFF"},
	} {
		for _, text := range texts {
			if got := problems(format, text); len(got) != 1 || got[0].Code != "empty" ||
				got[0].Message != "no settings in it" || got[0].Hint == "" {
				t.Errorf("%v %q: %v", format, text, got)
			}
		}
	}
}

func TestExplicitlyEmptyMapIsValid(t *testing.T) {
	for _, format := range []document.Format{document.YAML, document.JSON} {
		root, problems := document.Parse(format, []byte(" {}\n"))
		if len(problems) > 0 || root.Kind != document.Map || len(root.Children) > 0 {
			t.Errorf("%v: %v %v", format, root, problems)
		}
	}
}

func TestTopLevelMustBeAMap(t *testing.T) {
	for _, c := range []struct {
		format     document.Format
		text, want string
	}{
		{document.YAML, "\n- a\n", "2:1 syntax: the top level must be a map of keys, not a list"},
		{document.YAML, "text", "1:1 syntax: the top level must be a map of keys, not a string"},
		{document.YAML, "1", "1:1 syntax: the top level must be a map of keys, not a number"},
		{document.YAML, "2001-01-01", "1:1 syntax: the top level must be a map of keys, not a date"},
		{document.JSON, " [1]", "1:2 syntax: the top level must be a map of keys, not a list"},
		{document.JSON, "true", "1:1 syntax: the top level must be a map of keys, not a bool"},
	} {
		expectProblems(t, c.format, c.text, c.want)
	}
}

func TestInvalidUTF8IsReportedAtItsFirstByte(t *testing.T) {
	for _, format := range formats {
		expectProblems(t, format, "ä = 1\nüb\xFFc\xFE", "2:3 syntax: invalid UTF-8")
		expectProblems(t, format, "\xFF\xFEa\x00", "1:1 syntax: the text is UTF-16, not UTF-8")
		expectProblems(t, format, "a\xE4", "1:2 syntax: invalid UTF-8")
	}
}

func TestNULByteIsAnError(t *testing.T) {
	for _, format := range formats {
		expectProblems(t, format, "# ü\n \x00", "2:2 syntax: NUL byte in the text")
	}
}

func TestByteOrderMarkShiftsNoColumn(t *testing.T) {
	for format, text := range map[document.Format]string{
		document.YAML: "\uFEFFa: 1", document.TOML: "\uFEFFa = 1", document.JSON: "\uFEFF{\"a\": 1}",
	} {
		root, problems := document.Parse(format, []byte(text))
		if len(problems) > 0 {
			t.Errorf("%v: %v", format, problems)
			continue
		}
		want := int32(1)
		if format == document.JSON {
			want = 2
		}
		if got := root.Children[0].Column; got != want {
			t.Errorf("%v: column %d, want %d", format, got, want)
		}
	}
}

func TestUnknownFormatIsAProblem(t *testing.T) {
	expectProblems(t, 0, "a: 1", "0:0 syntax: unknown format")
}

func TestColumnsCountCharacters(t *testing.T) {
	for format, text := range map[document.Format]string{
		document.YAML: `{"ü": "€😀", b: 1}`,
		document.TOML: `x = {"ü"="€😀", b=1}`,
		document.JSON: `{"ü": "€😀", "b": 1}`,
	} {
		root, problems := document.Parse(format, []byte(text))
		if len(problems) > 0 {
			t.Fatalf("%v: %v", format, problems)
		}
		if format == document.TOML {
			root = &root.Children[0].Node
		}
		runes := []rune(text)
		b := root.Children[1]
		if got := strings.Trim(string(runes[b.Column-1:]), `"`); got[0] != 'b' {
			t.Errorf("%v: key at column %d: %q", format, b.Column, got)
		}
		if got := runes[b.Node.Column-1]; got != '1' {
			t.Errorf("%v: value at column %d: %q", format, b.Node.Column, got)
		}
	}
}

func TestNoMessageQuotesAValue(t *testing.T) {
	const secret = "hunter2"
	for format, texts := range map[document.Format][]string{
		document.YAML: {
			"a: *hunter2", "a: !hunter2", "a: !!int hunter2", "a: @hunter2", "a: b: hunter2", "a: 'x' hunter2",
			"a: 1\nhunter2", "a: \"\\hunter2\"", "a: %hunter2", "%hunter2", "a: [hunter2", "a: !!binary hunter2",
			"a: |hunter2", "a: &", "hunter2", "- hunter2", "<<: hunter2", "a: 1\n hunter2: 2", "a: {b: 1} hunter2",
			"a: !!hunter2", "a: !hunter2! ", "a: 1\n--- hunter2", "a: \"hunter2", "a: !<hunter2",
		},
		document.TOML: {
			"a = hunter2", "a = 'hunter2", "a = 1 hunter2", "a = \"\\hunter2\"", "a = 5hunter2", "a = [hunter2]", "hunter2",
			"a = 2001-13-01\nb = 'hunter2'", "a = \"hunter2", "a = \"\"\"hunter2", "a = thunter2",
		},
		document.JSON: {
			`{"a": hunter2}`, `{"a": "hunter2`, `{"a": "\hunter2"}`, `{"a": 5hunter2}`, `"hunter2"`, `{"a": 1} hunter2`,
			`{"a": 'hunter2'}`, `{hunter2: 1}`, `{"a": truehunter2}`,
		},
	} {
		for _, text := range texts {
			got := problems(format, text)
			if len(got) == 0 {
				t.Errorf("%v %q: no problem", format, text)
			}
			for _, p := range got {
				if strings.Contains(p.Message+p.Hint, secret) {
					t.Errorf("%v %q: %+v", format, text, p)
				}
			}
		}
	}
}

func TestAllDuplicateKeysAreReported(t *testing.T) {
	for format, text := range map[document.Format]string{
		document.YAML: "a: 1\nb: {c: 1, c: 2}\na: 2\n\"a\": 3\n",
		document.TOML: "a = 1\nb = {c = 1, c = 2}\na = 2\n\"a\" = 3\n",
		document.JSON: "{\"a\": 1,\n\"b\": {\"c\": 1, \"c\": 2},\n\"a\": 2,\n\"\\u0061\": 3}",
	} {
		var got []string
		for _, p := range problems(format, text) {
			got = append(got, fmt.Sprint(p.Line, " ", p.Code, " ", p.FullMessage()))
		}
		want := []string{
			`2 duplicate_key key "c" is already set on line 2`,
			`3 duplicate_key key "a" is already set on line 1`,
			`4 duplicate_key key "a" is already set on line 1`,
		}
		if !slices.Equal(got, want) {
			t.Errorf("%v:\ngot  %q\nwant %q", format, got, want)
		}
	}
}

func TestDuplicatesInAWideMapAreFound(t *testing.T) {
	for format, text := range wide(5000) {
		switch format {
		case document.JSON:
			text = strings.TrimSuffix(text, "}") + ",\n\"key7\": 1}"
		case document.TOML:
			text += "key7 = 1\n"
		default:
			text += "key7: 1\n"
		}
		got := problems(format, text)
		if len(got) != 1 || got[0].Code != "duplicate_key" || got[0].Line != 5001 ||
			got[0].FullMessage() != `key "key7" is already set on line 8` {
			t.Errorf("%v: %v", format, got)
		}
	}
}

func TestKeysOfDifferentCaseAreDifferent(t *testing.T) {
	for format, text := range map[document.Format]string{
		document.YAML: "a: 1\nA: 2", document.TOML: "a=1\nA=2", document.JSON: `{"a":1,"A":2}`,
	} {
		expectProblems(t, format, text)
	}
}

func TestLongKeysAreQuotedInPart(t *testing.T) {
	key := strings.Repeat("ü", 500)
	got := problems(document.YAML, key+": 1\n"+key+": 2\n")
	if len(got) != 1 || len(got[0].FullMessage()) > 200 || !strings.Contains(got[0].FullMessage(), "…") {
		t.Errorf("%v", got)
	}
}

// Keys and tags are text of the document, which may be secret.
func TestMessagesQuoteNoKeyAndNoTag(t *testing.T) {
	for format, texts := range map[document.Format][]string{
		document.YAML: {"hunter2: 1\nhunter2: 2\n", "a: !hunter2 x", "a: !hunter2 [x]", "!hunter2 a: x", "a: !<tag:hunter2> x", "? hunter2\n? hunter2\n",
			"a: *hunter2", "a: &hunter2 &hunter2 b", "%hunter2 x\n---\na: b", "%TAG !hunter2 x\n---\na: b", "a: !hunter2!x y", "a: \"\\hunter2\"", "hunter2: b: c",
			"a: @hunter2", "a: |hunter2", "a: [hunter2", "hunter2"},
		document.TOML: {"hunter2 = 1\nhunter2 = 2\n", "[hunter2]\n[hunter2]", "[[hunter2]]\n[hunter2]", "hunter2 = {}\nhunter2.a = 1", "a = hunter2", "hunter2", "[hunter2",
			"a = \"\\hunter2\"", "a = 1hunter2", "a = 1 hunter2"},
		document.JSON: {`{"hunter2": 1, "hunter2": 2}`, `{"a": hunter2}`, `{"a": "\hunter2"}`, `{hunter2`, `{"hunter2" 1}`, `{"hunter2`, `{"a": 1} hunter2`},
	} {
		for _, text := range texts {
			got := problems(format, text)
			if len(got) == 0 {
				t.Errorf("%v %q is accepted", format, text)
			}
			for _, p := range got {
				if strings.Contains(p.Message+p.Hint, "hunter2") {
					t.Errorf("%v %q: %s; %s", format, text, p.Message, p.Hint)
				}
				if quoted := strings.Contains(p.FullMessage(), "hunter2"); quoted != (p.Quoted != "") {
					t.Errorf("%v %q: %s, of %q", format, text, p.FullMessage(), p.Quoted)
				}
			}
		}
	}
}

// problems returns the problems of text.
func problems(format document.Format, text string) []document.Problem {
	_, problems := document.Parse(format, []byte(text))
	return problems
}

// expectProblems checks the problems of text, each written like
// "1:2 syntax: the message".
func expectProblems(t *testing.T, format document.Format, text string, want ...string) {
	t.Helper()
	var got []string
	for _, p := range problems(format, text) {
		got = append(got, fmt.Sprintf("%d:%d %s: %s", p.Line, p.Column, p.Code, p.FullMessage()))
	}
	if !slices.Equal(got, want) {
		t.Errorf("%v %.200q\ngot  %q\nwant %q", format, text, got, want)
	}
}

// expectTree checks the tree of text, one line for each pair and item, like
// "1:1 a.b 1:6 integer 1".
func expectTree(t *testing.T, format document.Format, text string, want ...string) {
	t.Helper()
	root, problems := document.Parse(format, []byte(text))
	if len(problems) > 0 {
		t.Errorf("%v %q: %v", format, text, problems)
		return
	}
	if got := outline(nil, "", *root); !slices.Equal(got, want) {
		t.Errorf("%v %q\ngot  %q\nwant %q", format, text, got, want)
	}
}

func outline(lines []string, path string, n document.Node) []string {
	for i, c := range n.Children {
		name := c.Key
		if n.Kind == document.List {
			name = fmt.Sprint(i)
		}
		line := fmt.Sprintf("%d:%d %s%s %d:%d %s %s", c.Line, c.Column, path, name, c.Node.Line, c.Node.Column, c.Node.Kind, c.Node.Text)
		lines = append(lines, strings.TrimSuffix(line, " "))
		lines = outline(lines, path+name+".", c.Node)
	}
	return lines
}

// wide returns, for each format, a document of n keys in one map, each on a
// line of its own.
func wide(n int) map[document.Format]string {
	texts := map[document.Format]string{}
	for _, format := range formats {
		var b strings.Builder
		for i := range n {
			switch format {
			case document.YAML:
				fmt.Fprintf(&b, "key%d: value %d\n", i, i)
			case document.TOML:
				fmt.Fprintf(&b, "key%d = \"value %d\"\n", i, i)
			default:
				fmt.Fprintf(&b, ",\n\"key%d\": \"value %d\"", i, i)
			}
		}
		texts[format] = b.String()
	}
	texts[document.JSON] = "{" + strings.TrimPrefix(texts[document.JSON], ",\n") + "}"
	return texts
}
