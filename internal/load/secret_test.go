package load_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"example.com/lastgood/internal/load"
	"example.com/lastgood/internal/problem"
	"example.com/lastgood/internal/source"
)

type vault struct {
	Name     string `validate:"max=5"`
	Port     int
	Password secret        `validate:"omitempty,len=3"`
	Pin      int           `secret:"true" validate:"max=3"`
	Until    time.Duration `secret:"true"`
	Keys     []secret      `validate:"dive,len=3"`
	Named    map[string]*secret
	Auth     struct {
		User string `validate:"max=3"`
		Num  int
		List []int
		Deep map[string]struct {
			Pass string `validate:"max=3"`
		}
	} `secret:"true"`
	Users []struct {
		Login string `validate:"max=9"`
		Token secret
	}
	Free any
}

// Validate returns an error that contains every value.
func (v vault) Validate() error {
	if v.Free == "tell" {
		return errors.Join(fmt.Errorf("password is %s", string(v.Password)), fmt.Errorf("quoted: %q", string(v.Password)))
	}
	return nil
}

const marker = "hunter2"

// wantNoMarker checks every text of the problems.
func wantNoMarker(t *testing.T, problems []problem.Problem, input string) {
	t.Helper()
	for _, p := range problems {
		if strings.Contains(p.Message, marker) || strings.Contains(p.Hint, marker) || strings.Contains(p.Key, marker) ||
			p.Excerpt != nil && strings.Contains(p.Excerpt.Text, marker) {
			t.Fatalf("the secret is shown:\n%s\nfor\n%s", formatAll([]problem.Problem{p}), input)
		}
	}
}

func TestSecretsAreNeverShown(t *testing.T) {
	for _, input := range []string{
		"password: hunter2",
		"password: [hunter2]",
		"password: {a: hunter2}",
		"password:\n- a\n- hunter2",
		"password:\n  name: hunter2",
		"pin: hunter2",
		"until: hunter2",
		"PASS_WORD: hunter2\npassword: hunter2",
		"passwrd: hunter2",
		"passwrd: [hunter2, {a: hunter2}]",
		"passwrd:\n  a: b\n  c: |\n    hunter2",
		"keys: hunter2",
		"keys: [hunter2, [hunter2]]",
		"keys:\n- hunter2\n- {a: hunter2}",
		"named: hunter2",
		"named: {a: [hunter2]}",
		"auth: hunter2",
		"auth: [hunter2]",
		"auth: {user: hunter2, num: hunter2, list: [hunter2], deep: {x: {pass: hunter2}}}",
		"auth:\n  user: hunter2\n  num: hunter2\n  list:\n  - hunter2\n  deep:\n    x:\n      pass: hunter2",
		"auth: {nope: hunter2}",
		"auth: {hunter2}",
		"auth: {deep: {hunter2: {pas: x}}}",
		"named: {hunter2: [x]}",
		"users: hunter2",
		"users:\n- hunter2",
		"users: [{token hunter2}]",
		"users:\n- ? hunter2\n",
		"{password hunter2}",
		"auth:\n  USER: hunter2\n  user: hunter2",
		"port: x\npassword: hunter2",
		"{port: x, password: hunter2}",
		"{password: hunter2, port: x}",
		"{password: 'a\n   hunter2', port: x}",
		"{password: \"a\n   hunter2\", port: x, name: too long}",
		"password: |\n  a\n  hunter2\nport: x",
		"password: |-\n  port: x\n  hunter2\nnope: x",
		"users: [{token: hunter2, login: toolongalogin}]",
		"users: [{login: toolongalogin, token: hunter2}]",
		"users:\n- token: hunter2\n  login: toolongalogin\n- {token: [hunter2]}",
		"name:\n  password: hunter2",
		"port:\n- password: hunter2",
		"users:\n  password: hunter2",
		"x-pw: &pw hunter2\npassword: *pw\npin: *pw\nport: x",
		"name: &pw hunter2\npassword: *pw",
		"x-base: &b {password: hunter2}\n<<: *b\nport: x",
		"port: x # y\npassword: hunter2 # z",
		"free: tell\npassword: hunter2",
		"free: tell\npassword: \"hunter2\\nmore\"",
		"free: {tell: 1}\npassword: hunter2\nname: [1]",
		// Syntax errors.
		"password: hunter2\n  x: y",
		"password: hunter2: x",
		"password: 'hunter2",
		"password: \"hunter2",
		"password: \"\n  hunter2 \\q\"",
		"password: \"\n  name: hunter2 \\q\"",
		"password: \"a\n  name: hunter2\n  port: \\q\"",
		"password: {hunter2",
		"password: {name: a,\nname: hunter2\n}",
		"keys:\n- {name: a,\nname: hunter2\n}",
		"password: [hunter2\nport: 1",
		"port: 1 password: hunter2",
		"port: 1\n password: hunter2",
		"name: \"a, password: hunter2",
		"passwrd: |\n  a\n name: hunter2\n b",
		"password:\n  name: hunter2\n bad",
		"password:\n  name: hunter2\n  port: [",
		"keys:\n- a\n- name: hunter2 : x",
		"keys:\n- \"a\n  name: hunter2\n  b\"c",
		"password: hunter2\npassword: hunter2",
		"{password: hunter2, password: hunter2}",
		"password: @hunter2",
		"password: %hunter2",
		"password: !hunter2",
		"password: !!int hunter2",
		"password: *hunter2",
		"\tpassword: hunter2",
		"password: hunter2\n---\npassword: hunter2",
		"password: hunter2\x00",
		"password: hunter2\xff",
		"auth:\n  user: hunter2\n   num: 3",
		"auth: {user: hunter2, num: }}",
	} {
		_, problems := pass[vault](t, yaml(input))
		if len(problems) == 0 {
			t.Errorf("accepted:\n%s", input)
		}
		wantNoMarker(t, problems, input)
	}
	for _, input := range []string{
		"password = 'hunter2'\nport = 'x'",
		"password = hunter2",
		"password = 'hunter2",
		"password = \"\"\"\na\nhunter2\"\"\"\nport = 'x'",
		"password = '''\nport = 1\nname = 'hunter2'\n'''\nport = ",
		"password = \"\"\"\nname = 'hunter2'\n\\q\"\"\"",
		"auth = {user = 'hunter2', num = 'x'}",
		"auth = {user = 'hunter2' num = 'x'}",
		"port = 'x' password = 'hunter2'",
		"port = 1 password = 'hunter2'",
		"[auth]\nuser = 'hunter2'\nnum = 'x'",
		"[auth]\nuser = 'hunter2'\nuser = 'hunter2'",
		"[auth]\nuser = 'hunter2' x",
		"[[users]]\ntoken = 'hunter2'\nlogin = 1\nlogin = 2",
		"passwrd = ['hunter2']",
		"pin = 0xhunter2",
		"pin = 'hunter2'",
	} {
		_, problems := pass[vault](t, file("c.toml", input))
		if len(problems) == 0 {
			t.Errorf("accepted:\n%s", input)
		}
		wantNoMarker(t, problems, input)
	}
	for _, input := range []string{
		`{"password": "hunter2", "port": "x"}`,
		`{"password": "hunter2" "port": 1}`,
		"{\n\"port\": 1, \"password\": \"hunter2\",\n}",
		"{\n\"port\": 1 \"password\": \"hunter2\"\n}",
		"{\n\"password\":\n\"hunter2\",\n\"port\": \"x\"\n",
		"{\n\"password\": {\n\"name\": \"hunter2\" x\n}}",
		`{"password": "hunter2`,
		"{\"password\": \"hunter2\n\"}",
		`{"password": hunter2}`,
		`{"password": "\qhunter2"}`,
		`{"password": "hunter2", "password": "hunter2"}`,
		`{"pin": hunter2}`,
		`{"auth": {"user": "hunter2", "num": "x"}}`,
		`{"name": {"password": "hunter2"}}`,
	} {
		_, problems := pass[vault](t, file("c.json", input))
		if len(problems) == 0 {
			t.Errorf("accepted:\n%s", input)
		}
		wantNoMarker(t, problems, input)
	}
}

func TestSecretsOfConflictingLayersAreNotShown(t *testing.T) {
	for _, docs := range [][2]string{
		{"password: hunter2", "password: {a: hunter2}"},
		{"auth: hunter2", "auth: {user: hunter2}"},
		{"keys: hunter2", "keys: [hunter2]"},
		{"port: 1\npassword: hunter2", "port: {password: hunter2}"},
		{"password: hunter2\n  bad: x", "password: hunter2\nnope: hunter2"},
	} {
		_, problems := pass[vault](t, file("a.yaml", docs[0]), file("b.yaml", docs[1]))
		if len(problems) == 0 {
			t.Errorf("accepted: %q", docs)
		}
		wantNoMarker(t, problems, docs[0]+"\n---\n"+docs[1])
	}
}

func TestLinesWithoutSecretsAreShown(t *testing.T) {
	excerpts := func(doc source.Document) string {
		_, problems := pass[vault](t, doc)
		var all []string
		for _, p := range problems {
			text := "-"
			if p.Excerpt != nil {
				text = p.Excerpt.Text
			}
			all = append(all, text)
		}
		return strings.Join(all, "|")
	}
	for input, want := range map[string]string{
		"port: x\npassword: abc":                      "port: x",
		"password: |-\n  abc\nport: x":                "port: x",
		"password: abc\nport: x\nname: toolong":       "port: x|name: toolong",
		"passwrd: hunter2\nport: x":                   "passwrd: …|port: x",
		"\"passwrd\": hunter2":                        "\"passwrd\": …",
		"- a: b":                                      "- …: …",
		"users:\n- token: x\n  login: toolongalogin":  "  login: toolongalogin",
		"users:\n- login: toolongalogin\n  token: x":  "- login: toolongalogin",
		"keys: [abc]\nport: x":                        "port: x",
		"{port: x, name: toolong}":                    "{port: x, name: toolong}|{port: x, name: toolong}",
		"port: x # password: y":                       "port: x # password: y",
		"password: x\nport: \"1":                      "port: \"…",
		"users:\n- login: a\n  nope: b\n":             "  …: …",
		"users:\n- login: a\n  lgin: b\n":             "  lgin: …",
		"{port: x, password: abc}":                    "{port: …, …: …}",
		"users: [{login: toolongalogin, token: abc}]": "users: [{login: …, …: …}]",
	} {
		if got := excerpts(yaml(input)); got != want {
			t.Errorf("%q shows %q, want %q", input, got, want)
		}
	}
	// Syntax errors in a file that may hold secrets.
	for input, want := range map[string]string{
		"password: hunter2\nname: @x\n":             "name: @…",
		"password: hunter2\nport: 1\nport: 2\n":     "port: …",
		"keys:\n- \"a\n  b\"\nport: 1\nport: 2\n":   "port: …",
		"keys:\n- \"a\n  hunter2\n  b\"x\n":         "  …",
		"password: hunter2: x":                      "…: …: …",
		"name: x\n&a auth: {user: y}\n&a auth: z\n": "&… …: …",
	} {
		if got := excerpts(yaml(input)); got != want {
			t.Errorf("%q shows %q, want %q", input, got, want)
		}
	}
	// Without any secret in the type there is nothing to hide.
	_, problems := pass[server](t, yaml("server:\n  port: 'x\n"))
	if problems[0].Excerpt == nil {
		t.Error("no excerpt")
	}
}

// A typing error can be anywhere: every file that is one character away from a
// good one is tried.
func TestNoTypingErrorShowsASecret(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	l := newLoader[vault](t, load.Options{})
	inputs := map[string]string{
		"c.yaml": "name: x\npassword: hunter2\npin: 1\nauth:\n  user: 'hunter2'\n  list: [1]\n  deep: {k: {pass: \"hunter2\"}}\nport: 1\nkeys:\n- hunter2\nusers:\n- login: a\n  token: |\n    hunter2\n    hunter2\n- {token: hunter2, login: b}\nfree: 1\n",
		"c.toml": "name = 'x'\npassword = 'hunter2'\npin = 1\nkeys = [\n'hunter2',\n]\n[auth]\nuser = \"\"\"\nhunter2\"\"\"\ndeep.k = {pass = 'hunter2'}\n[[users]]\nlogin = 'a'\ntoken = 'hunter2'\n",
		"c.json": "{\"name\": \"x\",\n\"password\": \"hunter2\",\n\"port\": 1, \"pin\": 1,\n\"keys\": [\"hunter2\",\n\"hunter2\"],\n\"auth\": {\"user\": \"hunter2\", \"list\": [1]},\n\"users\": [{\"login\": \"a\", \"token\": \"hunter2\"}]\n}\n",
	}
	for name, input := range inputs {
		try := func(text string) {
			_, problems := once(l, file(name, text))
			wantNoMarker(t, problems, text)
		}
		try(input)
		for i := range len(input) {
			try(input[:i])
			try(input[:i] + input[i+1:])
			for _, c := range " \n\t\"'{}[]:,=#|>&*!%@`-?.x0\\\x00\xff" {
				try(input[:i] + string(c) + input[i:])
				try(input[:i] + string(c) + input[i+1:])
			}
		}
	}
}

// What is found while layers are merged quotes no secret of another key either.
func TestValuesThatHoldASecretAreRedactedWhereLayersDisagree(t *testing.T) {
	type config struct {
		Token secret
		Ports []int
	}
	for _, docs := range [][]source.Document{
		{file("a.yaml", "token: hunter2hunter2\nports: hunter2hunter2\n"), file("b.yaml", "ports: hunter2hunter2\n")},
		{file("a.yaml", "token: hunter2hunter2\nports: hunter2hunter2\n")},
	} {
		_, problems := pass[config](t, docs...)
		if len(problems) == 0 || strings.Contains(formatAll(problems), marker) {
			t.Errorf("got\n%s", formatAll(problems))
		}
	}
}
