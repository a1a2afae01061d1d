package repair_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"example.com/lastgood/internal/document"
	"example.com/lastgood/internal/repair"
)

// secret occurs in no message of ours, and in a document only where the fuzz target puts
// it.
const secret = "hUnTeR2"

// FuzzDiagnose checks that all places are in the file, that only the repaired line quotes
// the document, and that the time is bounded.
func FuzzDiagnose(f *testing.F) {
	files, err := filepath.Glob("../document/testdata/mutations/*")
	if err != nil || len(files) == 0 {
		f.Fatal("no files: ", err)
	}
	for i, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		format, _ := document.FormatOf(file)
		cut := len(data) * (i%5 + 1) / 6
		f.Add(uint8(format), data[:cut])
		f.Add(uint8(format), append(append(bytes.Clone(data[:cut]), secret...), data[cut+1:]...))
	}
	for _, text := range []string{
		"a: [" + secret, "a:" + secret, "a: \"" + secret, "\t" + secret, "{{ " + secret + " }}", "// " + secret, "- " + secret + "\n-b", "a = " + secret,
		secret + "=x", "[" + secret, "{\"a\": '" + secret + "'}", "\u00a0" + secret + ":\n\t- x", "a: |\n  x\n y\n  z: '", "<<<<<<< " + secret, "}{][", "a: &" + secret, "? [\n", "”",
	} {
		for format := range uint8(3) {
			f.Add(format, []byte(text))
		}
	}
	f.Fuzz(func(t *testing.T, format uint8, data []byte) {
		kind := document.Format(format%3 + 1)
		root, problems := document.Parse(kind, data)
		if len(problems) == 0 {
			if p := repair.Manifest(root, noKey, false); p != nil && (p.Line < 1 || p.Column < 1 || strings.Contains(p.Message+p.Hint, secret)) {
				t.Errorf("%+v", *p)
			}
			return
		}
		start := time.Now()
		got := repair.Diagnose(context.Background(), kind, data, 0, problems, func(n *document.Node) int { return len(n.Children) })
		if took := time.Since(start); took > time.Minute {
			t.Errorf("%v for %d bytes", took, len(data))
		}
		lines := strings.Split(strings.TrimPrefix(string(data), "\uFEFF"), "\n")
		for _, p := range got {
			if p.Code == "" || p.Message == "" || !utf8.ValidString(p.Message+p.Hint+p.Repaired) {
				t.Errorf("%+v", p)
			}
			if p.Code == "syntax" && strings.Contains(p.Message+p.FullHint(false), secret) {
				t.Errorf("%+v", p)
			}
			if p.Line == 0 && p.Column == 0 {
				continue
			}
			if p.Line < 1 || p.Line > len(lines) || p.Column < 1 || p.Column > utf8.RuneCountInString(lines[p.Line-1])+1 {
				t.Errorf("not in the file: %+v", p)
			}
			if strings.ContainsFunc(p.FullHint(true), func(r rune) bool { return r < ' ' || r == '\u202e' || r == '\u2028' }) {
				t.Errorf("%q", p.FullHint(true))
			}
		}
	})
}
