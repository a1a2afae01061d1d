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

// Option is an option of [New]. A wrong argument is an error of [config.Load].
type Option interface{ apply(*source) }

type optionFunc func(*source)

func (f optionFunc) apply(s *source) { f(s) }

func (s *source) fail(format string, args ...any) {
	s.err = errors.Join(s.err, fmt.Errorf("configurl: "+format, args...))
}

// AllowHTTP allows a URL without TLS. Anyone on the network path can then read the credentials and
// change the content. By default, such a URL is an error unless its host is localhost or a loopback
// address.
func AllowHTTP() Option {
	return optionFunc(func(s *source) { s.allowHTTP = true })
}

// Client sets the client that sends the requests. Its Transport has the trusted authorities, a
// client certificate or a proxy; its Timeout bounds each request. Its CheckRedirect can refuse
// redirects that this package would follow, and no others. The client is copied. A store abandons
// a reading after 10 seconds, whatever the Timeout is. By default, the client is like
// [http.DefaultClient], which uses $HTTPS_PROXY, but keeps no connections.
func Client(c *http.Client) Option {
	return optionFunc(func(s *source) {
		if c == nil {
			s.fail("Client: the client is nil")
			return
		}
		s.client = *c
	})
}

// Header adds headers to each request, such as Authorization. header is called for each request,
// with the context of the reading, and from several goroutines at a time if several stores have the
// source. While it returns an error, whose text must not contain secrets, the source is stale.
// Headers of later options replace those of earlier ones. By default, no headers are added.
func Header(header func(context.Context) (http.Header, error)) Option {
	return optionFunc(func(s *source) {
		if header == nil {
			s.fail("Header: the function is nil")
			return
		}
		s.headers = append(s.headers, header)
	})
}

// BearerTokenFile sends the token in a file with each request, as "Authorization: Bearer". The file
// is read for each request, so it can be rotated, as Kubernetes does with projected tokens. White
// space around the token is ignored. The file may have 64 KiB. While the token cannot be read, the
// source is stale. By default, no token is sent.
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

// Verify sets a function that checks the content before it is used, such as a signature. verify is
// called with a copy of the content on each reading, even if the content has not changed, and from
// several goroutines at a time if several stores have the source. If it returns an error, the
// content is rejected, unless the error is a [config.SourceError] without Content: then the source is
// stale. Verify can be given several times. By default, all content is used.
func Verify(verify func(content []byte) error) Option {
	return optionFunc(func(s *source) {
		if verify == nil {
			s.fail("Verify: the function is nil")
			return
		}
		s.verify = append(s.verify, verify)
	})
}

// Format sets the format of the document: "yaml", "toml", "json" or the extension of a codec. By
// default, the format is that of the extension in the URL's path, or else that of the answer's
// Content-Type, or else that of [config.WithFormat].
func Format(format string) Option {
	return optionFunc(func(s *source) {
		if s.format = strings.ToLower(strings.TrimPrefix(format, ".")); s.format == "" {
			s.fail("Format: the format is empty")
		}
	})
}

// MaxSize sets the largest size of the content in bytes, compressed and decompressed; larger content
// is rejected. The limit of [config.WithMaxSize] applies as well. Less than 1 or more than 1 GiB is an
// error. By default, it is 4 MiB.
func MaxSize(bytes int64) Option {
	return optionFunc(func(s *source) {
		if bytes < 1 || bytes > 1<<30 {
			s.fail("MaxSize(%d): want at least 1 and at most 1 GiB, %d", bytes, 1<<30)
		}
		s.maxSize = bytes
	})
}

// Secret makes all of the content secret: no value and no line of it is ever shown. By default, the
// configuration's type defines which values are secret.
func Secret() Option {
	return optionFunc(func(s *source) { s.secret = true })
}

// Named sets the name of the source, which must be unique within a store. By default, it is the URL
// without its query.
func Named(name string) Option {
	return optionFunc(func(s *source) {
		if s.name = name; name == "" {
			s.fail("Named: the name is empty")
		}
	})
}
