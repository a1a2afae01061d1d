package configurl

import (
	"cmp"
	"errors"
	"net/netip"
	"net/url"
	"path"
	"strings"
)

// parse parses a URL, and returns an error if it may not be read. Errors do not quote text, which
// can have a password.
func parse(text string, allowHTTP bool) (*url.URL, error) {
	u, err := url.Parse(text)
	if wrong := (*url.Error)(nil); errors.As(err, &wrong) {
		reason, _, _ := strings.Cut(wrong.Err.Error(), `"`)
		return nil, errors.New("the URL does not parse: " + strings.TrimSpace(reason))
	}
	switch {
	case err != nil:
		return nil, errors.New("the URL does not parse")
	case u.User != nil:
		return nil, errors.New("the URL has a user or password; give credentials with Header or BearerTokenFile")
	case u.Scheme != "https" && u.Scheme != "http":
		return nil, errors.New("the URL begins neither with https:// nor http://")
	case u.Hostname() == "":
		return nil, errors.New("the URL has no host")
	case strings.Contains(text, "#"):
		return nil, errors.New("the URL has a fragment, which is not sent; write a # that is meant as %23")
	case u.Scheme == "http" && !allowHTTP && !isLoopback(u.Hostname()):
		return nil, errors.New("the URL is not of https; anyone on the way could change the content unless AllowHTTP permits it")
	}
	return u, nil
}

func isLoopback(host string) bool {
	addr, err := netip.ParseAddr(host)
	return strings.EqualFold(host, "localhost") || err == nil && addr.IsLoopback()
}

// nameOf returns a URL without the parts that can be secret.
func nameOf(u *url.URL) string {
	shown := *u
	shown.User, shown.RawQuery, shown.ForceQuery, shown.Fragment, shown.RawFragment = nil, "", false, "", ""
	return shown.String()
}

// origin is the origin of a URL, to which credentials are sent.
type origin struct{ scheme, host, port string }

func originOf(u *url.URL) origin {
	return origin{u.Scheme, strings.ToLower(u.Hostname()), cmp.Or(u.Port(), map[string]string{"http": "80", "https": "443"}[u.Scheme])}
}

// extensionOf returns the extension of the path of a URL if it is that of a format, or "".
func extensionOf(u *url.URL) string {
	switch ext := strings.ToLower(strings.TrimPrefix(path.Ext(u.Path), ".")); ext {
	case "yaml", "yml", "toml", "json":
		return ext
	}
	return ""
}
