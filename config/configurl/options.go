package configurl

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"

	"example.com/lastgood/config"
)

// Option changes what [New] does. The functions of this package make them. What is wrong
// with one is an error of [config.Load].
type Option interface{ apply(*source) }

type optionFunc func(*source)

func (f optionFunc) apply(s *source) { f(s) }

func (s *source) fail(format string, args ...any) {
	s.err = errors.Join(s.err, fmt.Errorf("configurl: "+format, args...))
}

// AllowHTTP permits a URL without TLS, where anyone on the way can read and change what is
// sent. By default, that is an error unless its host is localhost or a loopback address.
func AllowHTTP() Option {
	return optionFunc(func(s *source) { s.allowHTTP = true })
}

// Client sends the requests through c, whose Transport has the authorities to trust, a client
// certificate or a proxy, and whose Timeout bounds one reading. Of its CheckRedirect, only
// what that refuses beyond this package counts. c is copied. By default, it is a client like
// [http.DefaultClient], which honors $HTTPS_PROXY, without connections that are kept. In any
// case a store gives up after 10 seconds.
func Client(c *http.Client) Option {
	return optionFunc(func(s *source) {
		if c == nil {
			s.fail("Client: the client is nil")
			return
		}
		s.client = *c
	})
}

// Header adds headers to each request, such as Authorization: header is called for each, with
// a context that ends with it, and by several goroutines at a time if several stores have the
// source. While it returns an error, the source is stale. The text of that must not contain
// secrets. Those of later options replace earlier ones. By default, no headers are added.
func Header(header func(context.Context) (http.Header, error)) Option {
	return optionFunc(func(s *source) {
		if header == nil {
			s.fail("Header: the function is nil")
			return
		}
		s.headers = append(s.headers, header)
	})
}

// BearerTokenFile sends the token in a file with each request, as Authorization: Bearer. The
// file is read for each, so that it can be replaced, as Kubernetes does with projected tokens.
// White space around the token does not count. By default, no token is sent.
func BearerTokenFile(path string) Option {
	if path == "" {
		return optionFunc(func(s *source) { s.fail("BearerTokenFile: the path is empty") })
	}
	return Header(func(context.Context) (http.Header, error) {
		token, err := readToken(path)
		if err != nil {
			return nil, &config.SourceError{Err: err, Hint: "the file is read for each request"}
		}
		return http.Header{"Authorization": {"Bearer " + token}}, nil
	})
}

const maxToken = 64 << 10

func readToken(path string) (string, error) {
	if info, err := os.Stat(path); err != nil {
		return "", fmt.Errorf("no token: %w", err)
	} else if !info.Mode().IsRegular() {
		return "", fmt.Errorf("no token: %s is not a regular file", path)
	}
	f, err := os.Open(path)
	if err != nil {
		return "", fmt.Errorf("no token: %w", err)
	}
	defer f.Close() //nolint:errcheck // it was only read
	data, err := io.ReadAll(io.LimitReader(f, maxToken+1))
	switch token := strings.TrimSpace(string(data)); {
	case err != nil:
		return "", fmt.Errorf("no token: %w", err)
	case len(data) > maxToken:
		return "", fmt.Errorf("no token: %s has more than %d bytes", path, maxToken)
	case token == "":
		return "", fmt.Errorf("no token: %s is empty", path)
	default:
		return token, nil
	}
}

// Verify has the content checked before it is used, such as a signature in it. verify gets
// a copy each time that the source is read, of content that has not changed, too, and may be
// called by several goroutines at a time if several stores have the source. If it returns an
// error, the content is rejected, unless that is a [config.SourceError] without Content: then
// nothing is known, and the source is stale. By default, all content is used.
func Verify(verify func(content []byte) error) Option {
	return optionFunc(func(s *source) {
		if verify == nil {
			s.fail("Verify: the function is nil")
			return
		}
		s.verify = append(s.verify, verify)
	})
}

// Format sets the format of the document: "yaml", "toml", "json" or the extension of a codec.
// By default, it is what the extension in the URL's path says, or else the Content-Type of
// the answer, or else [config.WithFormat].
func Format(format string) Option {
	return optionFunc(func(s *source) {
		if s.format = strings.ToLower(strings.TrimPrefix(format, ".")); s.format == "" {
			s.fail("Format: the format is empty")
		}
	})
}

// MaxSize bounds the content, before and after it is decompressed, in bytes. What is larger is
// rejected. [config.WithMaxSize] bounds it besides. By default, it is 4 MiB; more than 1 GiB is an error.
func MaxSize(bytes int64) Option {
	return optionFunc(func(s *source) {
		if bytes < 1 || bytes > 1<<30 {
			s.fail("MaxSize(%d): want at least 1 and at most 1 GiB, %d", bytes, 1<<30)
		}
		s.maxSize = bytes
	})
}

// Secret makes all of the content secret: no value, and no line, of it is ever shown. By
// default, secrets are what the configuration's type says.
func Secret() Option {
	return optionFunc(func(s *source) { s.secret = true })
}

// Named sets the name of the source, which must be another one for each source of a store. By
// default, it is the URL without its query.
func Named(name string) Option {
	return optionFunc(func(s *source) {
		if s.name = name; name == "" {
			s.fail("Named: the name is empty")
		}
	})
}
