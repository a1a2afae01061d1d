package confignats

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"example.com/lastgood/config"
)

// source implements [config.Source].
type source struct {
	js          jetstream.JetStream
	nc          *nats.Conn
	bucket, key string
	origin      string // the bucket in the subject
	stream      string // "KV_bucket"
	subject     string // "$KV.origin.key"
	api         string // "$JS.API."
	format      string // "" for that of the extension of the name
	secret      bool
	heartbeat   time.Duration
	wrong       []error // with the arguments

	mu            sync.Mutex
	known, newest revision // of what was read or announced last; of all that ever was
}

// revision identifies a value, or what marks that there is none any more. A sequence alone would
// not, as it begins anew in a bucket that is made again.
type revision struct {
	sequence uint64
	at       int64 // when it was stored, in nanoseconds
}

// none is the revision of a key that nothing is stored of.
var none revision

func (r revision) String() string { return fmt.Sprintf("%d@%d", r.sequence, r.at) }

var (
	buckets = regexp.MustCompile(`^[-_a-zA-Z0-9]+$`)
	keys    = regexp.MustCompile(`^[-/_=a-zA-Z0-9]+(\.[-/_=a-zA-Z0-9]+)*$`)
)

// New returns a source of the document that a key of a bucket has. The connection of js must be
// open for as long as the source is used, and stays the caller's. Nothing is asked of the server
// before the source is read. By default, the document's format is the extension of the key.
func New(js jetstream.JetStream, bucket, key string, opts ...Option) config.Source {
	s := &source{js: js, bucket: bucket, key: key, heartbeat: heartbeat}
	for i, opt := range opts {
		if opt == nil {
			s.fail("option %d is nil", i+1)
			continue
		}
		opt.apply(s)
	}
	if js == nil || js.Conn() == nil {
		s.fail("the JetStream is nil, or has no connection")
	} else {
		s.nc, s.api = js.Conn(), apiOf(js.Options())
	}
	if !buckets.MatchString(bucket) {
		s.fail("%q cannot be the name of a bucket", bucket)
	}
	if !keys.MatchString(key) {
		s.fail("%q cannot be a key: want letters, digits, '-', '/', '_', '=' and, between others, '.'", key)
	}
	s.stream = "KV_" + bucket
	s.subject = "$KV." + cmp.Or(s.origin, bucket) + "." + key
	return s
}

// apiOf returns the prefix of the subjects of JetStream's requests.
func apiOf(o jetstream.JetStreamOptions) string {
	switch {
	case o.Domain != "":
		return "$JS." + o.Domain + ".API."
	case o.APIPrefix != "":
		return strings.TrimSuffix(o.APIPrefix, ".") + "."
	}
	return jetstream.DefaultAPIPrefix
}

func (s *source) fail(format string, args ...any) {
	s.wrong = append(s.wrong, fmt.Errorf("confignats: "+format, args...))
}

// Err returns what is wrong with the arguments, which is an error of [config.Load].
func (s *source) Err() error { return errors.Join(s.wrong...) }

// Name returns "nats:bucket/key".
func (s *source) Name() string { return "nats:" + s.bucket + "/" + s.key }
