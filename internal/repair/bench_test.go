package repair_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"example.com/lastgood/internal/document"
	"example.com/lastgood/internal/repair"
)

// The time grows with the document up to the size at which it is cut, and from there only
// by the work done once for all tries.
func BenchmarkDiagnose(b *testing.B) {
	good := map[document.Format]string{
		document.YAML: "section%d:\n  a: 1\n  b: [1, 2]\n",
		document.TOML: "[section%d]\na = 1\nb = [1, 2]\n",
		document.JSON: "  \"section%d\": {\"a\": 1, \"b\": [1, 2]},\n",
	}
	bad := map[document.Format]string{
		document.YAML: "bad:\n  a:1\n  b: 2\n",
		document.TOML: "[bad]\na = [1\nb = 2\n",
		document.JSON: "  \"bad\": [1,\n",
	}
	for f, section := range good {
		for _, sections := range []int{10, 100, 1000, 10_000, 100_000} {
			var text strings.Builder
			for i := range sections {
				if i == sections/2 {
					text.WriteString(bad[f])
				}
				fmt.Fprintf(&text, section, i)
			}
			data := []byte(text.String())
			if f == document.JSON {
				data = []byte("{\n" + text.String() + "  \"end\": 0\n}\n")
			}
			b.Run(fmt.Sprintf("%v/%d", f, len(data)), func(b *testing.B) {
				_, problems := document.Parse(f, data)
				if len(problems) == 0 {
					b.Fatal("it parses")
				}
				b.ReportAllocs()
				for b.Loop() {
					repair.Diagnose(context.Background(), f, data, 0, problems, nil)
				}
			})
		}
	}
}

// Lines that each may have a mistake cost no more than others.
func BenchmarkDiagnoseWrongLines(b *testing.B) {
	for _, line := range []string{"$a\n", "{\n", "\"a\n", "0,000\n", "\t- x: 'a\n", "“\n", "}\n"} {
		for _, n := range []int{1000, 10_000, 100_000} {
			b.Run(fmt.Sprintf("%q/%d", line, n), func(b *testing.B) {
				data := []byte("{" + strings.Repeat(line, n))
				for _, f := range []document.Format{document.YAML, document.TOML, document.JSON} {
					_, problems := document.Parse(f, data)
					for range b.N {
						repair.Diagnose(context.Background(), f, data, 0, problems, nil)
					}
				}
			})
		}
	}
}
