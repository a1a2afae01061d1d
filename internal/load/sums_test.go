package load_test

import (
	"crypto/sha256"
	"strings"
	"testing"

	"example.com/lastgood/internal/load"
	"example.com/lastgood/internal/source"
)

// summed has secrets, and takes keys that it does not have.
type summed struct {
	Name   string
	Pin    secret
	Pins   []secret
	Codes  map[string]string `secret:"true"`
	Any    any
	Remote struct {
		Token string `secret:"true"`
		Port  int
	}
}

// A document has the same sum whether it is parsed for that or was before, and 16 bits of
// it are shown where it may contain a secret.
func FuzzTheSumOfADocument(f *testing.F) {
	for _, text := range []string{"name: x\n", "pin: x\n", "pins: [a, b]\n", "codes: {a: b}\n", "remote: {token: x, port: 1}\n", "remote: {port: 1}\n",
		"nmae: x\n", "any: {a: [b]}\n", "name: &a x\npin: *a\n", "name: [\n", "pin:\n", "pni: {a: [b, c]}\n"} {
		f.Add(text)
	}
	l := newLoader[summed](f, load.Options{AllowUnknown: true})
	f.Fuzz(func(t *testing.T, text string) {
		doc := yaml(text)
		doc.Sum = sha256.Sum256(doc.Data)
		docs := []source.Document{doc}
		anew := l.Sums(t.Context(), docs, nil, true).Files[0].Sum
		r, problems := l.Load(t.Context(), docs, nil)
		if len(problems) > 0 {
			return
		}
		if known := l.Sums(t.Context(), docs, r.Tree.Layers, true).Files[0].Sum; known != anew {
			t.Errorf("the sum is %s, and %s if it is parsed anew", known, anew)
		}
		if keys := r.InlineSecrets(); len(keys) > 0 && !strings.HasPrefix(anew, "16-bit:") {
			t.Errorf("the sum is %s, and the secrets are %q", anew, keys)
		}
	})
}

// The sums of a document with a secret are to cost little beside a pass over it.
func BenchmarkSums(b *testing.B) {
	text := "pin: x\n" + strings.Repeat("# nothing\n", 10) + "any:\n" + strings.Repeat("- {name: some-name, port: 8080}\n", 1000)
	l := newLoader[summed](b, load.Options{})
	doc := yaml(text)
	doc.Sum = sha256.Sum256(doc.Data)
	docs := []source.Document{doc}
	r, problems := l.Load(b.Context(), docs, nil)
	if len(problems) > 0 {
		b.Fatal(problems)
	}
	b.Run("sums", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			l.Sums(b.Context(), docs, r.Tree.Layers, false)
		}
	})
	b.Run("pass", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, problems := l.Load(b.Context(), docs, nil); len(problems) > 0 {
				b.Fatal(problems)
			}
		}
	})
}
