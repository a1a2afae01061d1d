package problem_test

import (
	"strings"
	"testing"

	"example.com/lastgood/internal/problem"
)

var keys = []string{
	"addr", "port", "host", "timeout", "read_timeout", "write_timeout",
	"tls_cert_file", "tls_key_file", "max_conns", "ttl", "db", "größe",
}

func TestSuggestFindsWhatWasMeant(t *testing.T) {
	for name, want := range map[string]string{
		"prot":          "port", // swapped
		"por":           "port", // missing
		"portt":         "port", // too many
		"pirt":          "port", // wrong
		"timout":        "timeout",
		"tiemout":       "timeout",
		"tls_cert_fle":  "tls_cert_file",
		"tls_kye_file":  "tls_key_file",
		"tsl_crt_file":  "tls_cert_file",
		"readTimeout":   "read_timeout",
		"READ-TIMEOUT":  "read_timeout",
		"_read_timeout": "read_timeout",
		"readTimeuot":   "read_timeout",
		"maxcons":       "max_conns",
		"tll":           "ttl",
		"DB":            "db",
		"GRÖSSE":        "größe",
		"Größe":         "größe",
		"addres":        "addr", // two letters too many of six
	} {
		if got := problem.Suggest(name, keys); got != want {
			t.Errorf("Suggest(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestSuggestStaysSilentWhenNothingIsNear(t *testing.T) {
	for _, name := range []string{
		"", "_", "x", "dc", "d", "adress", "password", "hots_and_ports", "\xff\xfe",
		strings.Repeat("timeout", 10),
	} {
		if got := problem.Suggest(name, keys); got != "" {
			t.Errorf("Suggest(%q) = %q, want none", name, got)
		}
	}
	if got := problem.Suggest("port", nil); got != "" {
		t.Errorf("Suggest without candidates = %q, want none", got)
	}
	if got := problem.Suggest("port", []string{""}); got != "" {
		t.Errorf("Suggest with empty candidates = %q, want none", got)
	}
}

func TestSuggestPrefersTheNearest(t *testing.T) {
	for _, tt := range []struct {
		name       string
		candidates []string
		want       string
	}{
		{"timeout_s", []string{"timeouts_x", "timeout", "timeouts"}, "timeouts"},
		{"porz", []string{"porx", "pory"}, "porx"}, // equally near: the first
		{"porz", []string{"pory", "porx"}, "pory"},
		{"read_timeout", []string{"read_timeot", "readTimeout"}, "readTimeout"},
		{"sort", []string{"sorted", "port", "sorts"}, "port"},
	} {
		if got := problem.Suggest(tt.name, tt.candidates); got != tt.want {
			t.Errorf("Suggest(%q, %q) = %q, want %q", tt.name, tt.candidates, got, tt.want)
		}
	}
}

func TestSuggestLooksAtNamesOfUpTo64Characters(t *testing.T) {
	name := strings.Repeat("ö", 64)
	for _, candidate := range []string{name[2:], name, name + strings.Repeat("x", 21)} {
		if got := problem.Suggest(name, []string{candidate}); got != candidate {
			t.Errorf("64 characters got %q, want %q", got, candidate)
		}
	}
	if got := problem.Suggest(name+"ö", []string{name + "ö"}); got != "" {
		t.Errorf("65 characters got %q, want none", got)
	}
	if got := problem.Suggest(name, []string{name + strings.Repeat("x", 22)}); got != "" {
		t.Errorf("a candidate with 22 more characters was suggested: %q", got)
	}
}

func BenchmarkSuggest(b *testing.B) {
	var candidates []string
	for i := range 10_000 {
		candidates = append(candidates, strings.Repeat("some_", i%13)+"key")
	}
	name := strings.Repeat("someone", 9)
	b.ReportAllocs()
	for b.Loop() {
		problem.Suggest(name, candidates)
	}
}
