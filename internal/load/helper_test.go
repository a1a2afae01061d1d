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
		t.Fatalf("the type has faults:\n%s", formatAll(problems))
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
		t.Fatalf("rejected:\n%s", formatAll(problems))
	}
	return v
}

// bad fails the test unless doc has exactly these problems, as format prints them.
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
		got = append(got, format(p))
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n\t%s\nwant\n\t%s", strings.Join(got, "\n\t"), strings.Join(want, "\n\t"))
	}
}

// format prints a problem in one line, with the base name of its file.
func format(p problem.Problem) string {
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

func formatAll(problems []problem.Problem) string {
	var b strings.Builder
	for _, p := range problems {
		b.WriteString(format(p) + "\n")
		if p.Excerpt != nil {
			b.WriteString(p.Excerpt.String() + "\n")
		}
	}
	return b.String()
}

// secret is like config.Secret.
type secret string

func (s secret) Reveal() string { return string(s) }

// once makes a first pass.
func once(l *load.Loader, docs ...source.Document) (any, []problem.Problem) {
	r, problems := l.Load(context.Background(), docs, nil)
	if r == nil {
		return nil, problems
	}
	return r.Value, problems
}
