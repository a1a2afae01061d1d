package validate

import (
	"example.com/lastgood/internal/document"
	"example.com/lastgood/internal/keypath"
	"example.com/lastgood/internal/rules"
)

// otherFields describes the values of the fields that the failed rule names, with their
// places: "left is 2 (config.yaml:1:7)".
func (f failure) otherFields() (all []string) {
	from := f.at.section()
	for _, r := range rules.FailedRules(f.rule) {
		for _, name := range rules.OtherFields(r) {
			if p, secret, ok := rules.KeyPath(f.Tree.Schema.At(from), name); ok {
				all = append(all, p.String()+" is "+f.describeOther(from.Join(p), secret))
			}
		}
	}
	return all
}

// describeOther returns the value at p with its place. The value is left out if it is
// secret, or if the one that the rule is about is: with the outcome of the rule, one
// reveals something about the other.
func (f failure) describeOther(p keypath.Path, secret bool) string {
	v, depth := f.Locate(p)
	if depth < len(p) {
		return "not set"
	}
	shown := "set"
	switch {
	case secret, f.Secret(p), f.isSecret(), f.at.field != nil && f.at.field.Hidden, f.IsHidden(p, v), f.Tree.IsTaken(v) && (f.Tree.Schema.Secrets || f.Tree.HasSources()):
	case v.Node.Kind != document.List && v.Node.Kind != document.Map:
		shown = f.QuoteText(v)
		if v.Node.Kind == document.String && f.Tree.InFile(v) {
			shown = f.Quote(v)
		}
	}
	return shown + " (" + f.Tree.Origin(v).String() + ")"
}
