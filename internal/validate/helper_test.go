package validate_test

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"example.com/lastgood/internal/decode"
	"example.com/lastgood/internal/document"
	"example.com/lastgood/internal/guard"
	"example.com/lastgood/internal/layers"
	"example.com/lastgood/internal/merge"
	"example.com/lastgood/internal/problem"
	"example.com/lastgood/internal/rules"
	"example.com/lastgood/internal/schema/schematest"
	"example.com/lastgood/internal/validate"
	"example.com/lastgood/internal/value"
)

// decoded decodes a YAML document as a T. The problems are in the report.
func decoded[T any](t testing.TB, text string, opts merge.Options) (*merge.Report, reflect.Value) {
	t.Helper()
	root, problems := document.Parse(document.YAML, []byte(text))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	if opts.Running == nil {
		opts.Running = guard.Under(t.Context())
	}
	if opts.Redact == nil {
		opts.Redact = func(text string) string { return text }
	}
	r := merge.Merge(schematest.Of[T](t), []*layers.Layer{{Root: root, Path: "c.yaml"}}, opts)
	return r, decode.Decode(r, "mapstructure", nil)
}

// failures validates a document and returns its problems, formatted.
func failures[T any](t testing.TB, text string) []string {
	t.Helper()
	r, v := decoded[T](t, text, merge.Options{})
	validate.Value(r, v, validate.Options{Validate: rules.DefaultValidator(), Cyclic: value.MayBeCyclic(reflect.TypeFor[T]())})
	return formatProblems(r.Problems)
}

// formatProblems formats each problem as "line:column key: message (hint)", without empty
// parts.
func formatProblems(problems []problem.Problem) (all []string) {
	for _, p := range problems {
		var b strings.Builder
		if p.Origin.Line > 0 {
			fmt.Fprintf(&b, "%d:%d ", p.Origin.Line, p.Origin.Column)
		}
		if p.Key != "" {
			b.WriteString(p.Key + ": ")
		}
		b.WriteString(p.Message)
		if p.Hint != "" {
			b.WriteString(" (" + p.Hint + ")")
		}
		all = append(all, b.String())
	}
	return all
}

func want(t *testing.T, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("got\n\t%s\nwant\n\t%s", strings.Join(got, "\n\t"), strings.Join(want, "\n\t"))
	}
}

// check returns a check of values of type T.
func check[T any](f func(ctx context.Context, old, new *T) error) validate.Check {
	return func(ctx context.Context, old, new any) error { return f(ctx, old.(*T), new.(*T)) }
}
