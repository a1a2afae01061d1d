package layers

import (
	"regexp"
	"slices"
	"strings"

	"example.com/lastgood/internal/problem"
	"example.com/lastgood/internal/redact"
	"example.com/lastgood/internal/schema"
)

// unknownVariable is a variable under the prefix that belongs to no key.
type unknownVariable struct {
	name string
	hint string // why it sets no entry of what it begins with; or ""
}

// unknown reports variables that were probably meant for keys.
func (r *envReader) unknown(all []unknownVariable) {
	service := regexp.MustCompile(serviceVariable) // only here, as most environments have no such variables
	near := nearNames{prefix: r.Prefix, all: r.All()}
	renamed := map[string][]string{} // by the documented name, as folded
	for _, leaf := range r.root.Leaves.All() {
		if r.HasOwn(leaf.Path) {
			renamed[schema.FoldVariable(schema.EnvName("", leaf.Path))] = r.Names(leaf.Path)
		}
	}
	secret := r.secretNames()
	for _, v := range all {
		shown := secret.shown(v.name, r.names.rest(v.name))
		p := problem.Problem{Code: "env", Origin: problem.Origin{Kind: problem.Env, Name: shown}, Message: "unknown environment variable " + shown}
		names, isRenamed := renamed[schema.FoldVariable(r.names.rest(v.name))]
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
			if p.Hint = near.hint(r.names.rest(v.name)); p.Hint == "" {
				p.Hint = v.hint
			}
		}
		r.Unknown = append(r.Unknown, p)
	}
}

// nearNames finds the names that unknown ones were meant for. The prefix, which is
// right, is left out: it must not make names look alike.
type nearNames struct {
	prefix  string
	all     []string // sorted
	suggest problem.Suggester
}

// hint is what to do about an unknown name.
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
