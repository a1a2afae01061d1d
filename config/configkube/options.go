package configkube

import (
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// Option changes what [ConfigMap] and [Secret] do.
type Option interface{ apply(*source) }

type optionFunc func(*source)

func (f optionFunc) apply(s *source) { f(s) }

// choice is what becomes of the keys of an object.
type choice struct {
	documents []string          // nil for all that are no values
	values    map[string]string // their sections by key
	others    bool              // that are neither are values, too,
	section   string            // in this section
}

// Keys has only these keys read as documents, all of which must exist: without one, the object
// counts as missing. It can be given several times. By default, all keys are documents that
// [Values] does not name.
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

// Values has keys read as one setting each, as [config.WithKeyDir] does with files: the key
// names the setting in a section, such as "db" or "db.replica", or at the top if that is
// empty, and "." or "__" leads further down. Without keys, it is about all that are named nowhere
// else; those that are named must exist, as for [Keys]. It can be given several times. By
// default, there are none.
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

// claim reports a key that cannot be one, or is named twice.
func (s *source) claim(option, key string) {
	_, value := s.choice.values[key]
	switch {
	case key == "" || len(key) > 253 || strings.Trim(key, "-._abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") != "":
		s.fail("%s: %q cannot be a key of a %s", option, key, s.kind.name)
	case value || slices.Contains(s.choice.documents, key):
		s.fail("%s: the key %q is named twice", option, key)
	}
}

// Client has requests sent by a client of the caller's, which is to trust the server and to
// have credentials of its own: none are added, unless [ServiceAccount] is given. Redirects are
// not followed, and its Timeout does not count, whatever it has. One that speaks HTTP/2 should
// notice when a connection has died (http.HTTP2Config.SendPingTimeout). By default, it is one
// that trusts ca.crt of the service account, and authenticates by its token.
func Client(c *http.Client) Option {
	return optionFunc(func(s *source) {
		if c == nil {
			s.fail("Client: it is nil")
			return
		}
		given := *c
		given.Timeout, given.CheckRedirect = 0, noRedirect
		s.server.given = &given
	})
}

// BaseURL sets where the API is, such as http://127.0.0.1:8001 for kubectl proxy; without TLS,
// it must be on this machine, and is sent no token. By default, it is what the pod's environment names,
// https://$KUBERNETES_SERVICE_HOST:$KUBERNETES_SERVICE_PORT.
func BaseURL(base string) Option {
	return optionFunc(func(s *source) {
		u, err := url.Parse(base)
		switch {
		case err != nil:
			s.fail("BaseURL: it is no URL") // the error has all of it, a password included
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

// ServiceAccount sets the directory with the service account's token, ca.crt and namespace. By
// default, it is /var/run/secrets/kubernetes.io/serviceaccount.
func ServiceAccount(dir string) Option {
	return optionFunc(func(s *source) {
		if dir == "" {
			s.fail("ServiceAccount: the directory is empty")
		}
		s.server.dir, s.server.token = dir, true
	})
}
