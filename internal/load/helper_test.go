package load_test

import (
	"context"
	"fmt"
	"path"
	"reflect"
	"slices"
	"strings"
	"testing"

	"example.com/lastgood/internal/load"
	"example.com/lastgood/internal/problem"
	"example.com/lastgood/internal/source"
)

// file is a document of a pass.
func file(name, data string) source.Document {
	return source.Document{Path: "/etc/app/" + name, Data: []byte(data)}
}

func yaml(data string) source.Document { return file("c.yaml", data) }

func newLoader[T any](t testing.TB, opts load.Options) *load.Loader {
	t.Helper()
	l, problems := load.New(reflect.TypeFor[T](), opts)
	if len(problems) > 0 {
		t.Fatalf("the type has faults:\n%s", sayAll(problems))
	}
	return l
}

func pass[T any](t testing.TB, docs ...source.Document) (*T, []problem.Problem) {
	t.Helper()
	return passWith[T](t, load.Options{}, docs...)
}

func passWith[T any](t testing.TB, opts load.Options, docs ...source.Document) (*T, []problem.Problem) {
	t.Helper()
	r, problems := newLoader[T](t, opts).Load(t.Context(), docs, nil)
	if (r == nil) != (len(problems) > 0) {
		t.Fatalf("%d problems, and the result %v", len(problems), r)
	}
	if r == nil {
		return nil, problems
	}
	return r.Value.(*T), nil
}

// good returns the value of documents without problems.
func good[T any](t testing.TB, docs ...source.Document) *T {
	t.Helper()
	v, problems := pass[T](t, docs...)
	if len(problems) > 0 {
		t.Fatalf("rejected:\n%s", sayAll(problems))
	}
	return v
}

// bad wants exactly the given problems, in the form of say.
func bad[T any](t testing.TB, doc source.Document, want ...string) []problem.Problem {
	t.Helper()
	_, problems := pass[T](t, doc)
	same(t, problems, want...)
	return problems
}

func same(t testing.TB, problems []problem.Problem, want ...string) {
	t.Helper()
	var got []string
	for _, p := range problems {
		got = append(got, say(p))
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n\t%s\nwant\n\t%s", strings.Join(got, "\n\t"), strings.Join(want, "\n\t"))
	}
}

// say writes a problem in one line, with the name of the file for its path.
func say(p problem.Problem) string {
	var b strings.Builder
	switch {
	case p.Origin.Kind == problem.Default:
		b.WriteString("default ")
	case p.Origin.Line > 0:
		fmt.Fprintf(&b, "%s:%d:%d ", path.Base(p.Origin.Name), p.Origin.Line, p.Origin.Column)
	case p.Origin.Name != "":
		b.WriteString(path.Base(p.Origin.Name) + " ")
	}
	if p.Key != "" {
		b.WriteString(p.Key + ": ")
	}
	b.WriteString(p.Message)
	if p.Hint != "" {
		b.WriteString("; " + p.Hint)
	}
	return b.String() + " [" + p.Code + "]"
}

func sayAll(problems []problem.Problem) string {
	var b strings.Builder
	for _, p := range problems {
		b.WriteString(say(p) + "\n")
		if p.Excerpt != nil {
			b.WriteString(p.Excerpt.String() + "\n")
		}
	}
	return b.String()
}

// secret is like config.Secret.
type secret string

func (s secret) Reveal() string { return string(s) }

// once makes a pass with nothing in force yet.
func once(l *load.Loader, docs ...source.Document) (any, []problem.Problem) {
	r, problems := l.Load(context.Background(), docs, nil)
	if r == nil {
		return nil, problems
	}
	return r.Value, problems
}
