package configkube

import (
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// Option is an option of [ConfigMap] and [Secret]. A wrong argument is an error of [config.Load].
type Option interface{ apply(*source) }

type optionFunc func(*source)

func (f optionFunc) apply(s *source) { f(s) }

// choice defines which keys of an object are documents and which are values.
type choice struct {
	documents []string          // nil for all keys that are not values
	values    map[string]string // the sections of values, by key
	others    bool              // keys in neither are values, too,
	section   string            // in this section
}

// Keys names the keys that are read as documents. All of them must exist: if one does not, the
// object counts as missing. It can be given several times. By default, all keys are documents that
// are not named in [Values].
func Keys(keys ...string) Option {
	return optionFunc(func(s *source) {
		if len(keys) == 0 {
			s.fail("Keys: no key is given")
		}
		for _, key := range keys {
			s.claim("Keys", key)
			s.choice.documents = append(s.choice.documents, key)
		}
	})
}

// Values names the keys that are read as one setting each, as [config.WithKeyDir] does with files.
// The key is the key of the setting in a section, such as "db" or "db.replica", or at the top level
// if section is empty; "." or "__" in it separates nested keys. Without keys, all keys are values
// that no option names. Keys that are named must exist, as for [Keys]. It can be given several
// times. By default, there are no values.
func Values(section string, keys ...string) Option {
	return optionFunc(func(s *source) {
		if section != "" && slices.Contains(strings.Split(section, "."), "") {
			s.fail("Values: the section %q has an empty part", section)
		}
		c := &s.choice
		if len(keys) == 0 {
			if c.others {
				s.fail("Values: all other keys have a section already, %q", c.section)
			}
			c.others, c.section = true, section
		}
		for _, key := range keys {
			s.claim("Values", key)
			if c.values == nil {
				c.values = map[string]string{}
			}
			c.values[key] = section
		}
	})
}

// claim reports a key that is invalid or named twice.
func (s *source) claim(option, key string) {
	_, value := s.choice.values[key]
	switch {
	case key == "" || len(key) > 253 || strings.Trim(key, "-._abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") != "":
		s.fail("%s: %q cannot be a key of a %s", option, key, s.kind.name)
	case value || slices.Contains(s.choice.documents, key):
		s.fail("%s: the key %q is named twice", option, key)
	}
}

// Client sets the client that sends the requests. It must trust the server and add its own
// credentials: none are added to its requests, unless [ServiceAccount] is given. Its Timeout and
// CheckRedirect are ignored; redirects are not followed. A client with HTTP/2 should detect dead
// connections (http.HTTP2Config.SendPingTimeout). The client is copied. By default, the client
// trusts ca.crt of the service account and sends its token.
func Client(c *http.Client) Option {
	return optionFunc(func(s *source) {
		if c == nil {
			s.fail("Client: it is nil")
			return
		}
		copied := *c
		copied.Timeout, copied.CheckRedirect = 0, noRedirect
		s.server.callerClient = &copied
	})
}

// BaseURL sets the URL of the API, such as http://127.0.0.1:8001 for kubectl proxy. Without TLS, its
// host must be localhost or a loopback address, and no token is sent. By default, the URL is from the
// environment of the pod, https://$KUBERNETES_SERVICE_HOST:$KUBERNETES_SERVICE_PORT.
func BaseURL(base string) Option {
	return optionFunc(func(s *source) {
		u, err := url.Parse(base)
		switch {
		case err != nil:
			s.fail("BaseURL: it is no URL") // err would show a password
		case u.User != nil || u.RawQuery != "" || u.Fragment != "":
			s.fail("BaseURL: it has a user, a query or a fragment; credentials belong into a Client")
		case u.Host == "" || u.Scheme != "https" && (u.Scheme != "http" || !isLoopback(u.Hostname())):
			s.fail("BaseURL: %q is neither an https URL nor an http one on this machine", base)
		default:
			s.server.base = u
		}
	})
}

func isLoopback(host string) bool {
	return host == "localhost" || net.ParseIP(host).IsLoopback()
}

// ServiceAccount sets the directory with the files token, ca.crt and namespace of the service
// account. Its token is then also sent by a [Client]. By default, the directory is
// /var/run/secrets/kubernetes.io/serviceaccount.
func ServiceAccount(dir string) Option {
	return optionFunc(func(s *source) {
		if dir == "" {
			s.fail("ServiceAccount: the directory is empty")
		}
		s.server.dir, s.server.token = dir, true
	})
}
