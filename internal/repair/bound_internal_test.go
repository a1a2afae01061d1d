package repair

import (
	"context"
	"strings"
	"testing"

	"example.com/lastgood/internal/document"
)

func TestTriesAndBytesAreBounded(t *testing.T) {
	for name, text := range map[string]string{
		"many hypotheses": "a: \"x\n" + strings.Repeat("b: 'c d\n-e\n  f g\n", 200),
		"many bytes":      "{\n" + strings.Repeat("\"a\": [1, \""+strings.Repeat("x", 60)+"\"\n", 12_000),
	} {
		f := document.YAML
		if text[0] == '{' {
			f = document.JSON
		}
		_, problems := document.Parse(f, []byte(text))
		s := search{ctx: context.Background(), doc: newDoc(f, text, 0), problem: problems[0]}
		hypotheses := len(newRegion(s.doc, s.window(), s.line(s.problem)).changes())
		if _, ok := s.run(); ok {
			t.Errorf("%s: it is repaired", name)
		}
		if s.tries > maxTries || s.parsed > maxParsed {
			t.Errorf("%s: %d tries of %d, %d bytes", name, s.tries, hypotheses, s.parsed)
		}
		if s.tries < maxTries && s.parsed+len(text) < maxParsed || hypotheses <= s.tries {
			t.Errorf("%s: %d tries of %d, %d bytes: no bound was reached", name, s.tries, hypotheses, s.parsed)
		}
	}
}
