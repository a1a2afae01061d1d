package layers

import (
	"regexp"
	"slices"
	"strings"

	"example.com/lastgood/internal/problem"
	"example.com/lastgood/internal/redact"
	"example.com/lastgood/internal/schema"
)

// unknownVariable is a variable with the prefix that belongs to no key.
type unknownVariable struct {
	name string
	hint string // the reason why it sets no entry of a map or list; or ""
}

// reportUnknown reports unknown variables with the prefix, since they were probably meant
// for a key.
func (r *envReader) reportUnknown(all []unknownVariable) {
	service := regexp.MustCompile(serviceVariable) // compiled here, since most environments have no such variables
	near := nearNames{prefix: r.Prefix, all: r.All()}
	renamed := map[string][]string{} // by the documented name, as folded
	for _, leaf := range r.root.Leaves.All() {
		if r.HasOwn(leaf.Path) {
			renamed[schema.FoldVariable(schema.EnvName("", leaf.Path))] = r.Names(leaf.Path)
		}
	}
	secret := r.allSecretNames()
	for _, v := range all {
		shown := secret.mask(v.name, r.names.withoutPrefix(v.name))
		p := problem.Problem{Code: "env", Origin: problem.Origin{Kind: problem.Env, Name: shown}, Message: "unknown environment variable " + shown}
		names, isRenamed := renamed[schema.FoldVariable(r.names.withoutPrefix(v.name))]
		switch {
		case isRenamed && len(names) > 0:
			p.Hint = "the variable for that key is " + strings.Join(names, ", or else ")
		case isRenamed:
			p.Hint = "there is no variable for that key"
		case shown != v.name:
			whole := strings.TrimSuffix(shown, "_"+redact.Hidden)
			if leaves, _ := r.names.match(whole); len(leaves) > 0 {
				p.Hint = "set all of it in " + whole + ", as JSON"
			} else {
				p.Hint = v.hint
			}
		case isServiceVariable(service, v.name, r.set[v.name]):
			p.Hint = ServiceLinkHint
		default:
			if p.Hint = near.hint(r.names.withoutPrefix(v.name)); p.Hint == "" {
				p.Hint = v.hint
			}
		}
		r.Unknown = append(r.Unknown, p)
	}
}

// nearNames suggests names for unknown ones. The names have no prefix, because it would
// make all of them similar.
type nearNames struct {
	prefix  string
	all     []string // sorted
	suggest problem.Suggester
}

// hint returns the hint for an unknown name, or "".
func (n *nearNames) hint(name string) string {
	i, _ := slices.BinarySearch(n.all, name+"_")
	if i < len(n.all) && strings.HasPrefix(n.all[i], name+"_") {
		return "it would be a whole section; set its keys one by one, such as " + schema.WithPrefix(n.prefix, n.all[i])
	}
	if near := n.suggest.Suggest(name, func() []string { return n.all }); near != "" {
		return "did you mean " + schema.WithPrefix(n.prefix, near) + "?"
	}
	return ""
}
