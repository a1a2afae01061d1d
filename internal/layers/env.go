package layers

import (
	"maps"
	"regexp"
	"runtime"
	"slices"
	"strings"

	"example.com/lastgood/internal/problem"
	"example.com/lastgood/internal/redact"
	"example.com/lastgood/internal/schema"
	"example.com/lastgood/internal/source"
)

// Env is what an environment holds for a configuration.
type Env struct {
	Layer    *Layer            // nil if no variable is set
	Files    []EnvFile         // to be read for the values of others
	Unknown  []problem.Problem // variables with the prefix that belong to no key
	Problems []problem.Problem

	names  map[string]schema.Leaf // without the prefix
	prefix string
}

// EnvFile is a file that a variable such as APP_DB_DSN_FILE names.
type EnvFile struct {
	Variable string
	Path     string // absolute
	Leaf     schema.Leaf
}

// fileSuffix turns the name of a variable into that of one which names a file with
// the value, as in many container images.
const fileSuffix = "_FILE"

// ReadEnv finds the variables for the leaves below t in an environment, which has
// the form of [os.Environ]. An empty variable counts as unset, as in Viper. The
// faults are those of t.
func ReadEnv(t *schema.Type, prefix string, environ []string) (*Env, []problem.Problem) {
	names, faults := t.Leaves.Env(prefix)
	if len(faults) > 0 {
		return nil, faults
	}
	e := &Env{names: names, prefix: prefix}
	e.read(environ)
	return e, nil
}

func (e *Env) read(environ []string) {
	set := map[string]string{}
	for _, entry := range environ {
		name, value, _ := strings.Cut(entry, "=")
		if runtime.GOOS == "windows" { // where case does not matter
			name = strings.ToUpper(name)
		}
		if value != "" && strings.HasPrefix(name, e.prefix) {
			set[name] = value
		}
	}
	var b Builder
	var unknown []string
	// In the order of the names, so that problems do not change theirs.
	for _, name := range slices.Sorted(maps.Keys(set)) {
		rest, ours := e.withoutPrefix(name)
		if !ours {
			continue
		}
		if leaf, ok := e.names[rest]; ok {
			e.variable(&b, name, leaf, set[name])
		} else if leaf, ok := e.names[strings.TrimSuffix(rest, fileSuffix)]; ok {
			e.file(name, leaf, set)
		} else if e.prefix != "" {
			unknown = append(unknown, name)
		}
	}
	e.Layer = b.Layer(problem.LastOrder)
	if len(unknown) > 0 {
		e.unknown(unknown)
	}
}

// withoutPrefix reports whether a variable has the prefix, and returns what follows.
func (e *Env) withoutPrefix(name string) (rest string, ok bool) {
	if e.prefix == "" {
		return name, true
	}
	return strings.CutPrefix(name, e.prefix+"_")
}

func (e *Env) variable(b *Builder, name string, leaf schema.Leaf, text string) {
	at := problem.Origin{Kind: problem.Env, Name: name}
	node, err := leaf.Field.Type.Kind.ParseText(text)
	if err != nil {
		e.Problems = append(e.Problems, unreadable(leaf.Path, at, err))
		return
	}
	b.Put(leaf.Path, *node, at) // names are unique, so nothing can clash
}

// file notes the file that a variable names.
func (e *Env) file(name string, leaf schema.Leaf, set map[string]string) {
	variable := strings.TrimSuffix(name, fileSuffix)
	p := problem.Problem{Code: "env", Key: leaf.Key(), Origin: problem.Origin{Kind: problem.Env, Name: name}}
	if set[variable] != "" {
		p.Message = "both " + variable + " and " + name + " are set"
		p.Hint = "unset one"
		e.Problems = append(e.Problems, p)
		return
	}
	path, err := source.Abs(set[name])
	if err != nil {
		p.Message = "the file it names cannot be found: " + err.Error()
		e.Problems = append(e.Problems, p)
		return
	}
	e.Files = append(e.Files, EnvFile{name, path, leaf})
}

// serviceVariable matches the variables that Kubernetes sets in every container
// for each Service of the namespace, named after the Service.
const serviceVariable = `_(SERVICE_HOST|SERVICE_PORT(_\w+)?|PORT(_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)?)$`

// IsServiceLink reports whether a variable's value is like those that Kubernetes sets
// for a Service that bears the name of the prefix: tcp://10.0.0.1:80.
func IsServiceLink(text string) bool {
	protocol, address, _ := strings.Cut(text, "://")
	if !slices.Contains([]string{"tcp", "udp", "sctp"}, protocol) {
		return false
	}
	colon := strings.LastIndexByte(address, ':')
	if colon <= 0 {
		return false
	}
	host, port := address[:colon], address[colon+1:]
	return strings.Trim(host, "0123456789abcdefABCDEF.:[]") == "" && port != "" && strings.Trim(port, "0123456789") == ""
}

// ServiceLinkHint is what to do about such a variable.
const ServiceLinkHint = "it looks like what Kubernetes sets for a Service of that name; " +
	"enableServiceLinks: false in the pod's spec turns that off"

// unknown reports variables that were probably meant for keys.
func (e *Env) unknown(names []string) {
	service := regexp.MustCompile(serviceVariable) // only here, as most environments have no such variables
	near := nearNames{prefix: e.prefix, all: slices.Sorted(maps.Keys(e.names))}
	for _, name := range names {
		shown := e.masked(name)
		p := problem.Problem{Code: "env", Origin: problem.Origin{Kind: problem.Env, Name: shown}, Message: "unknown environment variable " + shown}
		switch {
		case shown != name:
			p.Hint = "set all of it in " + strings.TrimSuffix(shown, "_"+redact.Hidden) + ", as JSON"
		case service.MatchString(name):
			p.Hint = ServiceLinkHint
		default:
			rest, _ := e.withoutPrefix(name)
			p.Hint = near.hint(rest)
		}
		e.Unknown = append(e.Unknown, p)
	}
}

// masked returns the name of an unknown variable without what may be a key in a secret
// map: what follows the name of the map's own variable.
func (e *Env) masked(name string) string {
	rest, _ := e.withoutPrefix(name)
	for end := range len(rest) {
		if rest[end] != '_' {
			continue
		}
		if leaf, ok := e.names[rest[:end]]; ok && leaf.Secret && leaf.Field.Type.Kind != schema.Scalar {
			return schema.WithPrefix(e.prefix, rest[:end]) + "_" + redact.Hidden
		}
	}
	return name
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
