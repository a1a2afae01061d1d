package confighttp

import (
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"regexp"
	"strings"
)

// WithHosts restricts the handler to requests whose header Host has one of the names, such as
// "shop.example.com", without a port. IP addresses, "localhost" and the names below it are always
// allowed. WithHosts can be given several times, and without arguments. [Handler] panics if a host
// is not a name.
//
// It protects against DNS rebinding: the owner of a site can make its name lead to an address
// inside the network for a moment. The browser of a person who visits the site then sends requests
// here that seem to come from the page itself. Their header Host has the name of that site.
//
// By default, a reload is refused for any other name than localhost, and the page and its JSON are
// served for any name, as metrics are.
func WithHosts(hosts ...string) Option {
	return optionFunc(func(h *handler) {
		h.onlyHosts = true
		for _, arg := range hosts {
			host, isAddress := hostOf(arg)
			isName := !isAddress && isHostName(host) && !strings.Contains(arg, ":")
			if !isName && (!isAddress || strings.Trim(arg, "[]") != host) { // an address is allowed anyway
				panic(fmt.Sprintf("confighttp: WithHosts(%q): want the name of a host, such as shop.example.com, as browsers send it, and without a port", arg))
			}
			h.hosts = append(h.hosts, host)
		}
	})
}

var hostName = regexp.MustCompile(`^[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*$`)

func isHostName(host string) bool { return len(host) <= 253 && hostName.MatchString(host) }

// hostOf returns the host of a header Host in lower case and without its port, and whether it is
// an IP address.
func hostOf(header string) (host string, isAddress bool) {
	host = header
	if h, _, err := net.SplitHostPort(header); err == nil {
		host = h
	}
	address := strings.TrimSuffix(strings.TrimPrefix(host, "["), "]")
	if _, err := netip.ParseAddr(address); err == nil {
		return address, true
	}
	return strings.TrimSuffix(strings.ToLower(host), "."), false
}

// isKnownHost reports whether the host of a request cannot be the name of another site. Only the
// header Host counts: any client can send the headers of proxies.
func (h *handler) isKnownHost(r *http.Request) bool {
	host, isAddress := hostOf(r.Host)
	if isAddress || host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return true
	}
	for _, known := range h.hosts {
		if host == known {
			return true
		}
	}
	return false
}

func refuseHost(w http.ResponseWriter, r *http.Request, json bool) {
	refuse(w, r, json, http.StatusForbidden,
		fmt.Sprintf("the host %q is not known; confighttp.WithHosts names those under which this may be asked for", r.Host))
}
