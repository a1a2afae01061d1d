package document_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/pelletier/go-toml/v2"
	"go.yaml.in/yaml/v3"

	"example.com/lastgood/internal/document"
)

// sample returns a configuration of about n keys, in sections of ten.
func sample(format document.Format, n int) []byte {
	var b strings.Builder
	if format == document.JSON {
		b.WriteString("{\n")
	}
	for i := range n / 10 {
		switch format {
		case document.YAML:
			fmt.Fprintf(&b, "section%d:\n  addr: \"10.0.0.%d:8080\"\n  name: service number %d\n  enabled: true\n  retries: %d\n  ratio: 0.%d\n  timeout: 5s\n  tags: [a, b]\n  tls: # nested\n    cert: /etc/tls.crt\n", i, i%256, i, i, i)
		case document.TOML:
			fmt.Fprintf(&b, "[section%d]\naddr = \"10.0.0.%d:8080\"\nname = \"service number %d\"\nenabled = true\nretries = %d\nratio = 0.%d\ntimeout = \"5s\"\ntags = [\"a\", \"b\"]\n[section%d.tls] # nested\ncert = \"/etc/tls.crt\"\n", i, i%256, i, i, i, i)
		default:
			if i > 0 {
				b.WriteString(",\n")
			}
			fmt.Fprintf(&b, "  \"section%d\": {\n    \"addr\": \"10.0.0.%d:8080\",\n    \"name\": \"service number %d\",\n    \"enabled\": true,\n    \"retries\": %d,\n    \"ratio\": 0.%d,\n    \"timeout\": \"5s\",\n    \"tags\": [\"a\", \"b\"],\n    \"tls\": {\"cert\": \"/etc/tls.crt\"}\n  }", i, i%256, i, i, i)
		}
	}
	if format == document.JSON {
		b.WriteString("\n}\n")
	}
	return []byte(b.String())
}

// BenchmarkParse compares Parse with the least that the libraries can do: parse YAML into
// the library's own nodes, TOML and JSON into Go maps.
func BenchmarkParse(b *testing.B) {
	library := map[document.Format]func([]byte) error{
		document.YAML: func(data []byte) error { return yaml.Unmarshal(data, new(yaml.Node)) },
		document.TOML: func(data []byte) error { return toml.Unmarshal(data, new(map[string]any)) },
		document.JSON: func(data []byte) error { return json.Unmarshal(data, new(map[string]any)) },
	}
	for _, format := range formats {
		for _, n := range []int{1000, 10_000} {
			for shape, data := range map[string][]byte{
				"sections": sample(format, n),
				"flat":     []byte(wide(n)[format]),
			} {
				b.Run(fmt.Sprintf("%v/%s/%d/ours", format, shape, n), func(b *testing.B) {
					b.ReportAllocs()
					b.SetBytes(int64(len(data)))
					for b.Loop() {
						if _, problems := document.Parse(format, data); len(problems) > 0 {
							b.Fatal(problems)
						}
					}
				})
				b.Run(fmt.Sprintf("%v/%s/%d/library", format, shape, n), func(b *testing.B) {
					b.ReportAllocs()
					b.SetBytes(int64(len(data)))
					for b.Loop() {
						if err := library[format](data); err != nil {
							b.Fatal(err)
						}
					}
				})
			}
		}
	}
}
