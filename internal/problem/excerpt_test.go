package problem_test

import (
	"strings"
	"testing"

	"example.com/lastgood/internal/problem"
)

const yaml = `server:
  prot: 80
  port: 99999
`

func TestExcerptShowsTheLineAndMarksThePart(t *testing.T) {
	for _, tt := range []struct {
		name         string
		data         string
		line, column int
		want         string
	}{
		{"key", yaml, 2, 3, "" +
			"    2 |   prot: 80\n" +
			"      |   ^^^^"},
		{"value", yaml, 3, 9, "" +
			"    3 |   port: 99999\n" +
			"      |         ^^^^^"},
		{"unknown column marks the whole line", yaml, 2, 0, "" +
			"    2 |   prot: 80\n" +
			"      |   ^^^^^^^^"},
		{"negative column is unknown", yaml, 1, -1, "" +
			"    1 | server:\n" +
			"      | ^^^^^^^"},
		{"end of the line", yaml, 1, 8, "" +
			"    1 | server:\n" +
			"      |        ^"},
		{"column past the end", yaml, 1, 1000, "" +
			"    1 | server:\n" +
			"      |        ^"},
		{"no newline at the end of the file", "a: b", 1, 4, "" +
			"    1 | a: b\n" +
			"      |    ^"},
		{"Windows line ends", "a: b\r\nc: d\r\n", 2, 4, "" +
			"    2 | c: d\n" +
			"      |    ^"},
		{"blank line", "a\n  \nb\n", 2, 0, "" +
			"    2 |\n" +
			"      | ^"},
		{"blanks at the end of the line", "a:   \t \n", 1, 5, "" +
			"    1 | a:\n" +
			"      |   ^"},
		{"byte order mark", "\ufeffprot: 80\n", 1, 1, "" +
			"    1 | prot: 80\n" +
			"      | ^^^^"},
		{"tab counts as one character", "\tport = 1\t# x\n", 1, 2, "" +
			"    1 |  port = 1 # x\n" +
			"      |  ^^^^"},
		{"characters beyond ASCII", "größe: klein\n", 1, 8, "" +
			"    1 | größe: klein\n" +
			"      |        ^^^^^"},
		{"wide characters count as one", "名: 値\n", 1, 4, "" +
			"    1 | 名: 値\n" +
			"      |    ^"},
		{"line of two digits", strings.Repeat("\n", 41) + "x: y", 42, 1, "" +
			"   42 | x: y\n" +
			"      | ^"},
		{"line of six digits", strings.Repeat("\n", 123455) + "x: y", 123456, 1, "" +
			"123456 | x: y\n" +
			"       | ^"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e, ok := problem.NewText([]byte(tt.data)).Excerpt(tt.line, tt.column, "")
			if !ok {
				t.Fatal("there is no excerpt")
			}
			if got := e.String(); got != tt.want {
				t.Errorf("got\n%s\nwant\n%s", got, tt.want)
			}
		})
	}
}

func TestThereIsNoExcerptOfALineThatIsNotThere(t *testing.T) {
	for _, tt := range []struct {
		name string
		data string
		line int
	}{
		{"empty file", "", 1},
		{"only a byte order mark", "\ufeff", 1},
		{"line 0", yaml, 0},
		{"negative line", yaml, -1},
		{"after the last newline", yaml, 4},
		{"far behind the end", yaml, 1 << 30},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if e, ok := problem.NewText([]byte(tt.data)).Excerpt(tt.line, 1, ""); ok {
				t.Errorf("got %+v", e)
			}
		})
	}
}

// Each row is a line with its mark below it.
func TestTheMarkCoversTheToken(t *testing.T) {
	for _, tt := range [][2]string{
		{`addr: :8080`, `      ^^^^^`},
		{`url: http://x/y`, `     ^^^^^^^^^^`},
		{`url: http://x/y # proxy`, `     ^^^^^^^^^^`},
		{`tag: a#b c`, `     ^^^^^`},
		{`key:`, `^^^`},
		{`key : 1`, `^^^`},
		{`key = 1`, `^^^`},
		{`key=1`, `^^^`},
		{`n: 1,000 # c`, `   ^^^^^`},
		{`n: a=b,c]d`, `   ^^^^^^^`},
		{`n: 1,000,`, `   ^^^^^`},
		{`"n": 1.5},`, `     ^^^`},
		{`n: [a=b, c]`, `    ^^^`},
		{`key: two words   # comment`, `     ^^^^^^^^^`},
		{`key: "a, b: c" # d`, `     ^^^^^^^^^`},
		{`key: "say \"hi\"" # d`, `     ^^^^^^^^^^^^`},
		{`key: "back\\" # d`, `     ^^^^^^^^`},
		{`key: 'it''s' # d`, `     ^^^^^^^`},
		{`key: 'C:\' # d`, `     ^^^^^`},
		{`key: "" # d`, `     ^^`},
		{`key = """a b""" # d`, `      ^^^^^^^^^`},
		{`key: "not closed # d`, `     ^^^^^^^^^^^^^^^`},
		{`key: "not closed\`, `     ^^^^^^^^^^^^`},
		{`"key": 1`, `^^^^^`},
		{`[80, 443]`, ` ^^`},
		{`[80, 443]`, `     ^^^`},
		{`{a: 80}`, `    ^^`},
		{`list: [80, "]", [443]] # d`, `      ^^^^^^^^^^^^^^^^`},
		{`map: {a: {b: 1}, c: 2} # d`, `     ^^^^^^^^^^^^^^^^^`},
		{`list: [80,`, `      ^^^^`},
		{`a: 1, b: 2`, `    ^`}, // not a token: still one character
		{`a: b`, ` ^`},
	} {
		text, mark := tt[0], tt[1]
		column := strings.Index(mark, "^") + 1
		e, ok := problem.NewText([]byte(text)).Excerpt(1, column, "")
		if !ok {
			t.Errorf("there is no excerpt of %q", text)
			continue
		}
		if want := "    1 | " + text + "\n      | " + mark; e.String() != want {
			t.Errorf("got\n%s\nwant\n%s", e, want)
		}
	}
}

func TestWhatCouldHarmATerminalIsMadeHarmless(t *testing.T) {
	for name, bad := range map[string]string{
		"escape":               "\x1b",
		"carriage return":      "\r",
		"NUL":                  "\x00",
		"DEL":                  "\x7f",
		"C1 control":           "\u009b",
		"invalid UTF-8":        "\xff",
		"right-to-left":        "\u202e",
		"zero width":           "\u200b",
		"line separator":       "\u2028",
		"no-break space":       "\u00a0",
		"ideographic space":    "\u3000",
		"mark within the text": "\ufeff",
	} {
		t.Run(name, func(t *testing.T) {
			e, ok := problem.NewText([]byte("k: a"+bad+"b, c")).Excerpt(1, 4, "")
			want := problem.Excerpt{Line: 1, Text: "k: a�b, c", Column: 4, Width: 3}
			if !ok || e != want {
				t.Errorf("got %+v, want %+v", e, want)
			}
		})
	}
}
