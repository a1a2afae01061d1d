package configetcd

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"
	"google.golang.org/grpc/metadata"

	"example.com/lastgood/config"
)

// source implements [config.Source].
type source struct {
	client    *clientv3.Client
	name      string
	key       string // the first that is read
	end       string // the first behind those that are read; "" for key alone
	choice    choice
	maxSize   int64         // of all that is read
	silence   time.Duration // the longest that a watch has no answer
	pageLimit int64         // how many keys are asked for at a time
	wrong     []error       // with the arguments
}

// New returns a source of the keys below a prefix: "/config/app" and "/config/app/" are about
// all keys that begin with "/config/app/", and no other one. By default, each is a document
// with the name that is left, which may have slashes. client remains the caller's, who closes
// it when no store uses the source any more. What is wrong with the arguments is an error of
// [config.Load].
func New(client *clientv3.Client, prefix string, opts ...Option) config.Source {
	s := &source{client: client, maxSize: 16 * config.DefaultMaxSize, silence: silence, pageLimit: pageLimit}
	base := strings.TrimRight(prefix, "/")
	s.key = base + "/"
	s.end = clientv3.GetPrefixRangeEnd(s.key)
	for i, opt := range opts {
		if opt == nil {
			s.fail("option %d is nil", i+1)
			continue
		}
		opt.apply(s)
	}
	switch {
	case client == nil:
		s.fail("the client is nil")
	case prefix == "":
		s.fail(`the prefix is empty; "/" is for all keys that begin with one`)
	case s.choice.one:
		s.key, s.end = prefix, ""
		base = prefix
		if len(s.choice.named) > 0 || s.choice.others {
			s.fail("OneKey: there are no keys to choose from with Keys or Values")
		}
	}
	s.name = cmp.Or(s.name, "etcd:"+base)
	return s
}

func (s *source) fail(format string, args ...any) {
	s.wrong = append(s.wrong, fmt.Errorf("configetcd.New: "+format, args...))
}

// Err returns what is wrong with the arguments, which is an error of [config.Load].
func (s *source) Err() error { return errors.Join(s.wrong...) }

// Name returns "etcd:/prefix".
func (s *source) Name() string { return s.name }

// streamContext has the watches of a source share a stream with no others of the client, which
// are told apart by their metadata. On a stream that others keep open, a watch would begin
// with the token of the time when it was opened, which may have expired.
func (s *source) streamContext(ctx context.Context) context.Context {
	return metadata.AppendToOutgoingContext(clientv3.WithRequireLeader(ctx), "lastgood-source", url.PathEscape(s.name))
}
