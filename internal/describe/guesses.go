package describe

import (
	"math"
	"reflect"
	"slices"
	"strings"
	"time"

	"example.com/lastgood/internal/rules"
	"example.com/lastgood/internal/schema"
)

// numbers suggests those at and beside the bounds, and usual ones.
func numbers(t reflect.Type, asked []rules.Rule) []any {
	float := t.Kind() == reflect.Float32 || t.Kind() == reflect.Float64
	var all []any
	add := func(f float64) {
		if float || f == math.Trunc(f) {
			all = append(all, whole(f))
		}
	}
	for _, r := range asked {
		for _, a := range r.Any {
			switch a.Name {
			case "oneof", "eq", "len":
				for _, word := range a.Words() {
					if n, ok := asFloat(word); ok {
						add(n)
					}
				}
			case "port":
				add(8080)
			}
		}
	}
	add(1)
	for _, r := range asked {
		if n, ok := asFloat(r.Any[0].Param); ok {
			for _, near := range []float64{0, 1, -1, 0.5, -0.5} {
				add(n + near)
			}
			add(n / 2)
			add(n * 2)
		}
	}
	for _, usual := range []float64{0, 2, 3, 5, 10, 50, 100, 1000, 8080, 0.5, -1} {
		add(usual)
	}
	return all
}

func asFloat(text string) (float64, bool) {
	n, ok := number(text)
	if i, is := n.(int64); is {
		return float64(i), ok
	}
	f, _ := n.(float64)
	return f, ok
}

// whole makes an integer of a number that is one.
func whole(f float64) any {
	if f == math.Trunc(f) && math.Abs(f) < 1<<53 {
		return int64(f)
	}
	return f
}

// durations suggests those at and beside the bounds, and usual ones.
func durations(asked []rules.Rule) []any {
	all := []any{"1s"}
	for _, r := range asked {
		if d, err := time.ParseDuration(r.Any[0].Param); err == nil {
			for _, near := range []time.Duration{d, d + time.Second, d - time.Second, d / 2, d * 2} {
				all = append(all, near.String())
			}
		}
	}
	return append(all, "10s", "1m", "1h", "24h", "100ms", "1ms", "0s")
}

// special suggests values for types that read their text themselves.
func special(t *schema.Type, asked []rules.Rule, words []string) []any {
	switch t.Go {
	case reflect.TypeFor[time.Duration]():
		return durations(asked)
	case reflect.TypeFor[time.Time]():
		return []any{"2026-01-01T00:00:00Z", "2000-01-01T00:00:00Z", "2100-01-01T00:00:00Z"}
	}
	var all []any
	if t.Scalar.Plain() { // bytes
		all = texts(asked, words)
	}
	if isQuantity(t) {
		all = append(all, list(quantities...)...)
	}
	all = append(all, list("https://example.com", "192.0.2.0/24", "192.0.2.1:8080", "192.0.2.1", "INFO", "UTC", "255.255.255.0", "00:00:5e:00:53:01")...)
	return append(append(all, list(words...)...), list(usual...)...)
}

// texts suggests what the rules name, with what they want around it and as long as
// they want it.
func texts(asked []rules.Rule, words []string) []any {
	var bases []string
	satisfying := examples()
	before, after := "", ""
	least, most := 0, math.MaxInt32
	for _, r := range asked {
		for _, a := range r.Any {
			switch a.Name {
			case "oneof", "oneofci":
				bases = append(bases, a.Words()...)
			case "eq", "eq_ignore_case":
				bases = append(bases, a.Param)
			case "datetime":
				bases = append(bases, time.Date(2026, 1, 2, 15, 4, 5, 0, time.UTC).Format(a.Param))
			case "startswith":
				before = a.Param
			case "endswith":
				after = a.Param
			case "contains", "containsany", "containsrune":
				before += a.Param
			}
			bases = append(bases, satisfying[a.Name]...)
			if o, ok := countRule(a, "least", "most"); ok {
				for _, m := range o {
					n := int(m.value.(int64))
					if m.name == "least" {
						least = max(least, n)
					} else {
						most = min(most, n)
					}
				}
			}
		}
	}
	var all []any
	for _, base := range slices.Concat(bases, words, usual) {
		text := before + base + after
		all = append(all, fit(text, "-", least, most), fit(text, "", least, most), text, strings.ToUpper(text))
	}
	return all
}

// fit cuts a text, or repeats it with something between.
func fit(text, between string, least, most int) string {
	runes := []rune(text)
	for len(runes) > 0 && len(runes) < min(least, 1000) {
		runes = append(runes, []rune(between+text)...)
	}
	return string(runes[:min(len(runes), max(most, least))])
}
