package confighttp

import (
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"regexp"
	"strings"
)

// WithHosts names hosts under which the page may be asked for, as they stand in the
// header Host and without a port: "shop.example.com". Addresses, "localhost" and the
// names below it need not be given. It can be given several times. [Handler] panics if
// a host is no name.
//
// It is against DNS rebinding: the owner of a site can have its name lead to an address
// inside the network for a moment, and then the browser of somebody who visits it sends
// requests here that look as if they came from the page itself. They have that name in
// the header Host.
//
// By default, a reload is refused under any other name than those that need not be
// given, and the page and its JSON are shown under any name, as metrics are. With this
// option, everything is refused under another name; without arguments, too.
func WithHosts(hosts ...string) Option {
	return optionFunc(func(h *handler) {
		h.onlyHosts = true
		for _, given := range hosts {
			host, isAddress := hostOf(given)
			named := !isAddress && isHostName(host) && !strings.Contains(given, ":")
			if !named && (!isAddress || strings.Trim(given, "[]") != host) { // an address does no harm
				panic(fmt.Sprintf("confighttp: WithHosts(%q): want the name of a host, such as shop.example.com, as browsers send it, and without a port", given))
			}
			h.hosts = append(h.hosts, host)
		}
	})
}

var hostName = regexp.MustCompile(`^[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*$`)

func isHostName(host string) bool { return len(host) <= 253 && hostName.MatchString(host) }

// hostOf returns the host of a header Host, without its port and as it can be compared,
// and whether it is an address.
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

// isKnown reports whether a request is for a host that nobody else can have given a name
// to. Only the header Host counts: what proxies say in others, anybody can say.
func (h *handler) isKnown(r *http.Request) bool {
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

// refuseHost refuses a request because of its host.
func refuseHost(w http.ResponseWriter, r *http.Request, json bool) {
	refuse(w, r, json, http.StatusForbidden,
		fmt.Sprintf("the host %q is not known; confighttp.WithHosts names those under which this may be asked for", r.Host))
}
