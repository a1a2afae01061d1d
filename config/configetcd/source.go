package configetcd

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"

	"example.com/lastgood/config"
)

// source implements [config.Source].
type source struct {
	clients
	constructor string // "New" or "Dial"
	name        string
	named       bool   // by [Named]
	key         string // the first that is read
	end         string // the first behind those that are read; "" for key alone
	choice      choice
	maxSize     int64         // of all that is read
	pageLimit   int64         // how many keys are asked for at a time
	silence     time.Duration // the longest that a watch has no answer
	wrong       []error       // with the arguments
}

// New returns a source of the keys below a prefix: "/config/app" and "/config/app/" are both
// about all keys that begin with "/config/app/", and no other one. By default, each is a
// document with the name that is left, which may have slashes. client remains the caller's,
// who closes it when no store uses the source any more. What is wrong with the arguments is an
// error of [config.Load].
func New(client *clientv3.Client, prefix string, opts ...Option) config.Source {
	s := newSource("New", prefix, opts)
	if s.given = client; client == nil {
		s.fail("the client is nil")
	}
	return s
}

// Dial is like [New] with clients of its own. One is made, of what configuration returns then,
// for as long as the source is read or watched, and another one after a reading that failed.
// So a server that is away when the program starts is in order even where a Username is given,
// for which [clientv3.New] fails or waits; a password, a Token or a certificate can change; and
// a connection that has died silently is not met again. configuration may be called by several
// goroutines at a time. By default, the client pings a silent server after 10 seconds, waits
// for it for 5, and logs nothing.
func Dial(configuration func(context.Context) (clientv3.Config, error), prefix string, opts ...Option) config.Source {
	s := newSource("Dial", prefix, opts)
	if s.configuration = configuration; configuration == nil {
		s.fail("the function is nil")
	}
	return s
}

func newSource(constructor, prefix string, opts []Option) *source {
	s := &source{constructor: constructor, maxSize: 16 * config.DefaultMaxSize, pageLimit: pageLimit, silence: silence}
	s.turn = make(chan struct{}, 1)
	for i, opt := range opts {
		if opt == nil {
			s.fail("option %d is nil", i+1)
			continue
		}
		opt.apply(s)
	}
	base := strings.TrimRight(prefix, "/")
	s.key = base + "/"
	s.end = clientv3.GetPrefixRangeEnd(s.key)
	switch {
	case prefix == "":
		s.fail(`the prefix is empty; "/" is for all keys that begin with one`)
	case s.choice.one:
		base, s.key, s.end = prefix, prefix, ""
		if len(s.choice.needed) > 0 || s.choice.others {
			s.fail("OneKey: there are no keys to name with Keys, Values or Secret")
		}
	}
	s.name = cmp.Or(s.name, "etcd:"+base)
	return s
}

func (s *source) fail(format string, args ...any) {
	s.wrong = append(s.wrong, fmt.Errorf("configetcd."+s.constructor+": "+format, args...))
}

// Err returns what is wrong with the arguments, which is an error of [config.Load].
func (s *source) Err() error { return errors.Join(s.wrong...) }

// Name returns "etcd:" and the prefix.
func (s *source) Name() string { return s.name }
