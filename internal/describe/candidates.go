package describe

import (
	"slices"

	"example.com/lastgood/internal/explain"
	"example.com/lastgood/internal/rules"
	"example.com/lastgood/internal/schema"
)

// candidates returns values for a leaf, the best first: its default, or else what
// its type and rules suggest. Whether one is accepted is for the loader to say.
func (p *plan) candidates(n *setting) []any {
	g := generator{plan: p, section: n.section, field: n.field, secret: n.place.secret}
	all := g.values(n.field.Type, 0)
	if n.hasDefault && !n.field.Hidden {
		all = append([]any{n.def}, all...)
	}
	return all
}

// generator makes up values for a field.
type generator struct {
	*plan
	section *schema.Type
	field   *schema.Field
	secret  bool
}

// values makes up values for what lies depth lists or maps inside the field. There
// is always one.
func (g generator) values(t *schema.Type, depth int) []any {
	asked := rules.For(g.section, g.field, depth)
	switch t.Kind {
	case schema.List:
		return listsOf(g.values(t.Elem, depth+1), leastCount(asked))
	case schema.Map:
		keys := g.scalars(t.Key.Type, rules.ForKeys(g.section, g.field, depth), []string{entryName})
		return mapsOf(keys, g.values(t.Elem, depth+1), leastCount(asked))
	case schema.Struct:
		return []any{g.sectionValue(t)}
	case schema.Any:
		return []any{"example"}
	}
	words := []string{"example"}
	if g.secret {
		words = []string{"replace-this-secret", "replacethissecret"}
	}
	return g.scalars(t, asked, words)
}

// sectionValue is a section in a list of lists or the like, with no more than it
// needs.
func (g generator) sectionValue(t *schema.Type) map[string]any {
	value := map[string]any{}
	defaults := explain.Defaults(t, nil)
	for _, f := range t.Fields {
		if rules.Needs(g.Loader.Validator(), t, f, defaults) {
			inner := generator{plan: g.plan, section: t, field: f, secret: g.secret || f.Secret}
			value[f.Key] = inner.values(f.Type, 0)[0]
		}
	}
	return value
}

// leastCount is how many items or keys rules ask for, and at least one.
func leastCount(asked []rules.Rule) int {
	least := 1
	for _, r := range asked {
		if o, ok := countRule(r.Any[0], "least", "most"); ok && len(o) > 0 && o[0].name == "least" {
			least = max(least, int(o[0].value.(int64)))
		}
	}
	return min(least, 100)
}

// listsOf makes lists of n items, which differ if they can.
func listsOf(values []any, n int) []any {
	all := make([]any, len(values))
	for i := range values {
		items := make([]any, n)
		for k := range items {
			items[k] = values[(i+k)%len(values)]
		}
		all[i] = items
	}
	return all
}

// mapsOf makes maps of n entries, as far as there are keys.
func mapsOf(keys, values []any, n int) []any {
	all := make([]any, len(values))
	for i := range values {
		entries := map[string]any{}
		for k := range min(n, len(keys)) {
			entries[keyText(keys[k])] = values[(i+k)%len(values)]
		}
		all[i] = entries
	}
	return all
}

func keyText(key any) string {
	if text, is := key.(string); is {
		return text
	}
	return string(scalar(key))
}

// scalars makes up values for a Scalar. words are what a text says that can say
// anything.
func (g generator) scalars(t *schema.Type, asked []rules.Rule, words []string) []any {
	var all []any
	switch classOf(t) {
	case aText:
		all = texts(asked, words)
	case aNumber:
		all = numbers(t.Go, asked)
	case aSwitch:
		all = []any{false, true}
	default:
		all = special(t, asked, words)
	}
	fit := all[:0]
	for _, value := range all {
		if t.Scalar.Takes(keyText(value)) && !slices.Contains(fit, value) {
			fit = append(fit, value)
		}
	}
	if t.Scalar.TakesAll() { // which only its own method knows
		return append(fit, map[string]any{}, []any{})
	}
	if len(fit) == 0 {
		return []any{words[0]}
	}
	return fit
}
