package load_test

import (
	"strings"
	"testing"

	"example.com/lastgood/internal/expand"
	"example.com/lastgood/internal/load"
	"example.com/lastgood/internal/source"
)

type remote struct {
	Host  string `mapstructure:"host"`
	Token string `mapstructure:"token" secret:"true"`
}

func TestWhatComesFromElsewhereRefersToNothing(t *testing.T) {
	t.Parallel()
	variables, err := expand.New([]string{"A"}, []string{"A=hidden"})
	if err != nil {
		t.Fatal(err)
	}
	l := newLoader[remote](t, load.Options{Variables: variables})
	doc := yaml("host: ${A}\ntoken: $${A}\n")
	doc.Remote = true
	r, problems := l.Load(t.Context(), []source.Document{doc}, nil)
	if len(problems) > 0 {
		t.Fatal(formatAll(problems))
	}
	if got := r.Value.(*remote); got.Host != "${A}" || got.Token != "$${A}" {
		t.Errorf("%+v", got)
	}
	if len(r.Warnings) != 1 || r.Warnings[0].Text() != "${A} is not expanded; nothing is expanded in what is no file of the service's own" {
		t.Errorf("warned of\n%s", formatAll(r.Warnings))
	}

	doc = yaml("token_file: /etc/passwd\n")
	doc.Remote = true
	if refs, _ := l.References(t.Context(), &doc); len(refs) > 0 {
		t.Errorf("it refers to %q", refs)
	}
	_, problems = l.Load(t.Context(), []source.Document{doc, {Place: 1, Path: "/etc/passwd", Ref: true, Data: []byte("x")}}, nil)
	if got := formatAll(problems); !strings.HasPrefix(got, "c.yaml:1:1 token_file: unknown key; only a file of the service's own can refer to others [unknown_key]\n") {
		t.Error(got)
	}
}

func TestAKeyThatIsEncodedRefersToAFileThatWasNotRead(t *testing.T) {
	t.Parallel()
	l := newLoader[remote](t, load.Options{})
	for data, want := range map[string]int{"\"token\\u005ffile\": /x": 1, "? token_file\n: /x": 1, "tokenFile: /x": 1, "TOKEN-FILE: x": 1, "token: a_b": 0, "host: /x_file": 0} {
		doc := yaml(data)
		if refs, _ := l.References(t.Context(), &doc); len(refs) != want {
			t.Errorf("%s refers to %q", data, refs)
		}
	}
	// !!binary hides the key from a search; then the file is not read, which is a problem, or nothing.
	variables, err := expand.New([]string{"A"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	_, problems := passWith[remote](t, load.Options{Variables: variables}, yaml("!!binary dG9rZW5fZmlsZQ==: /x\n"))
	if got := formatAll(problems); !strings.HasPrefix(got, "c.yaml:1:28 token: the file was not read; write the key as it is, token_file [unreadable]\n") {
		t.Error(got)
	}
}
