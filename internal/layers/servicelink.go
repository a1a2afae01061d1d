package layers

import (
	"regexp"
	"slices"
	"strings"
)

// serviceVariable matches the names of the variables that Kubernetes sets in every
// container for each Service of the namespace. They begin with the name of the Service.
const serviceVariable = `_(SERVICE_HOST|SERVICE_PORT(_\w+)?|PORT(_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)?)$`

// isServiceVariable reports whether a variable may be one that Kubernetes sets. of is
// serviceVariable, compiled. The name NAME_PORT alone is not enough, since people use it,
// too.
func isServiceVariable(of *regexp.Regexp, name, text string) bool {
	at := of.FindStringIndex(name)
	return at != nil && (name[at[0]:] != "_PORT" || IsServiceLink(text))
}

// ServiceLinkHint is the hint at a problem with such a variable.
const ServiceLinkHint = "it looks like what Kubernetes sets for a Service of that name; " +
	"enableServiceLinks: false in the pod's spec turns that off, and WithoutServiceLinks leaves it out"

// IsServiceLink reports whether a text has the form that Kubernetes gives NAME_PORT for a
// Service called name: tcp://10.0.0.1:80.
func IsServiceLink(text string) bool {
	_, _, ok := cutServiceLink(text)
	return ok
}

// cutServiceLink returns the address in such a text.
func cutServiceLink(text string) (host, port string, ok bool) {
	protocol, address, _ := strings.Cut(text, "://")
	colon := strings.LastIndexByte(address, ':')
	if !isProtocol(protocol) || colon <= 0 {
		return "", "", false
	}
	host, port = strings.Trim(address[:colon], "[]"), address[colon+1:]
	ok = strings.Trim(host, "0123456789abcdefABCDEF.:") == "" && host != "" && isDigits(port)
	return host, port, ok
}

func isProtocol(text string) bool { return slices.Contains([]string{"tcp", "udp", "sctp"}, text) }

func isDigits(text string) bool { return text != "" && strings.Trim(text, "0123456789") == "" }

// service has what the variables of a Service have in common.
type service struct {
	host  string
	ports []string
}

// serviceLinks returns the variables that Kubernetes set for Services. It sets all
// variables of a Service together: there is one with an address, and the others agree with
// it. A variable that does not was set by somebody else and is not included.
func serviceLinks(set map[string]string) map[string]bool {
	services := map[string]*service{} // by name, in the form of variables
	var links map[string]bool
	var variable *regexp.Regexp
	for name, text := range set {
		host, port, ok := cutServiceLink(text)
		if !ok {
			continue
		}
		if variable == nil { // only here, as most environments have no such variables
			variable = regexp.MustCompile(`^(.+)_PORT(?:_\d+_(?:TCP|UDP|SCTP))?$`)
		}
		match := variable.FindStringSubmatch(name)
		if match == nil || set[match[1]+"_SERVICE_HOST"] != host {
			continue
		}
		if services[match[1]] == nil {
			services[match[1]] = &service{host: host}
		}
		services[match[1]].ports = append(services[match[1]].ports, port)
	}
	if len(services) == 0 {
		return nil
	}
	links, variable = map[string]bool{}, regexp.MustCompile(serviceVariable)
	for name, text := range set {
		if at := variable.FindStringIndex(name); at != nil {
			if s := services[name[:at[0]]]; s != nil && s.sets(name[at[0]+1:], text) {
				links[name] = true
			}
		}
	}
	return links
}

// sets reports whether Kubernetes sets a variable of the service to text. what is the
// variable's name without the service's.
func (s *service) sets(what, text string) bool {
	host, _, isLink := cutServiceLink(text)
	switch {
	case what == "SERVICE_HOST", strings.HasSuffix(what, "_ADDR"):
		return text == s.host
	case strings.HasSuffix(what, "_PROTO"):
		return isProtocol(text)
	case strings.HasPrefix(what, "SERVICE_PORT"), strings.HasSuffix(what, "_PORT"):
		return slices.Contains(s.ports, text)
	}
	return isLink && host == s.host
}
