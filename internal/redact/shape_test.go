package redact_test

import (
	"strings"
	"testing"

	"example.com/lastgood/internal/redact"
)

func isOpen(key string) bool {
	switch strings.ToLower(key) {
	case "name", "port", "server", "tls", "cert":
		return true
	}
	return false
}

// Each row is a line and its shape.
func TestOfALineItsShapeIsShown(t *testing.T) {
	for _, tt := range [][2]string{
		// Keys that may be shown, and such that may not.
		{`name: hunter2`, `name: …`},
		{`  NAME: hunter2`, `  NAME: …`},
		{`password: hunter2`, `…: …`},
		{`"name": "hunter2",`, `"name": "…",`},
		{`'password': 'hunter2'`, `'…': '…'`},
		{`name = "hunter2"`, `name = "…"`},
		{`name="hunter2"`, `name="…"`},
		{`name=hunter2`, `name=…`},
		{`name:hunter2`, `name:…`},
		{`name hunter2`, `name …`},
		{`hunter2 name`, `… …`},
		{`password: name`, `…: …`},
		{`password: name port`, `…: … …`},
		{`- name: x`, `- name: …`},
		{`- - name: x`, `- - name: …`},
		{`? name`, `? name`},
		{`name : x`, `name : …`},
		{`: hunter2`, `: …`},

		// TOML.
		{`[server]`, `[server]`},
		{`[server.tls]`, `[server.tls]`},
		{`[server.tokens]`, `[server.…]`},
		{`[tokens.server]`, `[…]`},
		{`[[server]]`, `[[server]]`},
		{`server.tls.cert = "x"`, `server.tls.cert = "…"`},
		{`server.hunter2.cert = "x"`, `server.… = "…"`},
		{`tokens = {name = "a", hunter2 = 1}`, `… = {name = "…", … = …}`},
		{`name = """hunter2""" x`, `name = """…""" …`},
		{`name = '''hunter2`, `name = '''…`},
		{`at = 2001-01-01T00:00:00Z # hunter2`, `… = … #…`},

		// YAML.
		{`&hunter2 tokens:`, `&… …:`},
		{`name: &hunter2 x`, `name: &… …`},
		{`name: *hunter2`, `name: *…`},
		{`name: !hunter2 x`, `name: !… …`},
		{`name: !!int x`, `name: !… …`},
		{`name: @hunter2`, `name: @…`},
		{"name: `hunter2`", "name: `…"},
		{`name: |`, `name: |`},
		{`name: >-2 # x`, `name: >-2 #…`},
		{`name: |hunter2`, `name: |…`},
		{`<<: *hunter2`, `<<: *…`},
		{`{<<: *hunter2, name: x}`, `{<<: *…, name: …}`},
		{`%hunter2`, `%…`},
		{`---`, `---`},
		{`--- hunter2`, `--- …`},
		{`...`, `...`},
		{`-hunter2`, `…`},
		{`-----`, `…`},
		{`# name: hunter2`, `#…`},
		{`#`, `#`},
		{`## hunter2`, `##…`},
		{`name: x # port: hunter2`, `name: … #…`},
		{`name: x#port`, `name: …`},
		{`name: 'it''s' x`, `name: '…'… …`},
		{`name: "a\"b" x`, `name: "…" …`},
		{`name: "hunter2`, `name: "…`},
		{`hunter2" name: x`, `… name: …`},
		{`名前: 値 name: x`, `…: … name: …`},
		{`"na\u006de": x`, `"…": …`},
		{"\tname:\thunter2", "\tname:\t…"},
		{`keys: [a, name, 'b', {port: c}]`, `…: […, …, '…', {port: …}]`},
		{`keys: [hunter2`, `…: […`},
		{`a: b: c`, `…: …: …`},

		// Punctuation within words and between quotes is theirs.
		{`name: p@ss:w0r/d#1,x]y}z`, `name: …`},
		{`name: "{[:,]}"`, `name: "…"`},
		{`name: postgres://a:b@c/d?e=f`, `name: …`},
		{`name: :::::`, `name: …`},
		{`name: =====`, `name: …`},
		{`name: ""`, `name: ""`},

		// JSON on one line.
		{`{"name":"hunter2","password":{"port":1,"x":[true,null]}}`, `{"name":"…","…":{"port":…,"…":[…]}}`},
		{`  // name: hunter2`, `  //…`},
		{`{"name": "a", "password": hunter2}`, `{"name": "…", "…": …}`},
		{``, ``},
		{"   ", "   "},
		{"\x00\xff", "…"},
		{"\ufeffhunter2", "…"},
	} {
		if got := redact.Shape(tt[0], isOpen).Text; got != tt[1] {
			t.Errorf("%s\nhas the shape %s\nwant          %s", tt[0], got, tt[1])
		}
	}
}

// Each row is a line with a mark below it, and its shape with the mark that belongs
// there.
func TestAColumnIsFoundInTheShape(t *testing.T) {
	for _, tt := range [][4]string{
		{`name: hunter2 x`,
			`^`,
			`name: … …`,
			`^`},
		{`name: hunter2 x`,
			`  ^`,
			`name: … …`,
			`  ^`},
		{`name: hunter2 x`,
			`      ^`,
			`name: … …`,
			`      ^`},
		{`name: hunter2 x`,
			`          ^`,
			`name: … …`,
			`      ^`},
		{`name: hunter2 x`,
			`              ^`,
			`name: … …`,
			`        ^`},
		{`größe: hunter2, port: x`,
			`                ^`,
			`…: …, port: …`,
			`      ^`},
		{`name: x`,
			`       ^`,
			`name: …`,
			`      ^`},
		{`{x}`,
			`   ^`,
			`{…}`,
			`   ^`},
	} {
		shape := redact.Shape(tt[0], isOpen)
		column, want := strings.Index(tt[1], "^")+1, strings.Index(tt[3], "^")+1
		if got := shape.Column(column); shape.Text != tt[2] || got != want {
			t.Errorf("column %d of %q is %d of %q, want %d of %q", column, tt[0], got, shape.Text, want, tt[2])
		}
	}
	if got := redact.Shape("", isOpen).Column(7); got != 1 {
		t.Errorf("a column of nothing is %d", got)
	}
}
