package confignats_test

import (
	"context"
	"errors"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"example.com/lastgood/config"
	"example.com/lastgood/config/confignats"
	"example.com/lastgood/internal/testkit"
)

const needs = `it needs {publish: ["$JS.API.DIRECT.GET.KV_config.$KV.config.app.yaml", "$JS.API.CONSUMER.CREATE.KV_config.*.$KV.config.app.yaml", ` +
	`"$JS.API.CONSUMER.MSG.NEXT.KV_config.*", "$JS.API.CONSUMER.DELETE.KV_config.*", "$JS.API.STREAM.MSG.GET.KV_config"], subscribe: ["_INBOX.>"]}`

const (
	text1 = "port: 1\n"
	text2 = "port: 2\n"
)

const closedHint = "its owner has closed it, or it has given up: see nats.MaxReconnects and nats.IgnoreAuthErrorAbort"

// inboxes are subjects for answers.
var inboxes = regexp.MustCompile(`_INBOX\.[^"]*`)

// denying are the documented permissions, less some.
func denying(publish ...string) *server.Permissions {
	may := readerMay()
	may.Publish.Deny = publish
	return may
}

func TestWhatReadReturns(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name             string
		play             func(*broker) config.Source
		kind, text, hint string
	}{
		{"content", func(b *broker) config.Source { b.put("port: 1"); return b.source() }, "content", "", ""},
		{"content of no bytes", func(b *broker) config.Source { b.put(""); return b.source() }, "content", "", ""},
		{"from a bucket without direct gets", func(b *broker) config.Source { b.put("port: 1"); b.direct(false); return b.source() }, "content", "", ""},
		{"from a bucket of another API prefix", func(b *broker) config.Source {
			b.put("port: 1")
			js, err := jetstream.NewWithAPIPrefix(b.connect(), "$JS.API")
			testkit.Must(b.t, err)
			return confignats.New(js, "config", "app.yaml")
		}, "content", "", ""},
		{"from another domain", func(b *broker) config.Source {
			b.put("port: 1")
			b.opts.JetStreamDomain = "hub"
			b.restart()
			js, err := jetstream.NewWithDomain(b.admin.Conn(), "hub")
			testkit.Must(b.t, err)
			return confignats.New(js, "config", "app.yaml")
		}, "content", "", ""},

		{"never put", func(b *broker) config.Source { return b.source() }, "missing", "the bucket config has no key app.yaml: file does not exist", ""},
		{"never put, without direct gets", func(b *broker) config.Source { b.direct(false); return b.source() }, "missing", "the bucket config has no key app.yaml: file does not exist", ""},
		{"deleted", func(b *broker) config.Source { b.put("port: 1"); b.remove(); return b.source() }, "missing", "the key app.yaml was deleted from the bucket config: file does not exist", ""},
		{"purged", func(b *broker) config.Source {
			b.put("port: 1")
			testkit.Must(b.t, b.bucket().Purge(context.Background(), "app.yaml"))
			return b.source()
		}, "missing", "the key app.yaml was purged from the bucket config: file does not exist", ""},
		{"expired", func(b *broker) config.Source {
			_, err := b.admin.PublishMsg(b.t.Context(), &nats.Msg{Subject: "$KV.config.app.yaml", Header: nats.Header{jetstream.MarkerReasonHeader: {"MaxAge"}}})
			testkit.Must(b.t, err)
			b.direct(false) // the leader has headers, too
			return b.source()
		}, "missing", "the key app.yaml of the bucket config has expired: file does not exist", ""},
		{"no bucket", func(b *broker) config.Source {
			b.deleteBucket()
			return b.source()
		}, "missing", "there is no bucket config: file does not exist", ""},

		{"the read is not permitted", func(b *broker) config.Source { b.permit(denying("$JS.API.DIRECT.>")); return b.source() }, "stale",
			`nats: permissions violation: Permissions Violation for Publish to "$JS.API.DIRECT.GET.KV_config.$KV.config.app.yaml"`, needs},
		{"to ask the leader is not permitted", func(b *broker) config.Source {
			b.direct(false)
			b.permit(denying("$JS.API.STREAM.>"))
			return b.source()
		}, "stale", `nats: permissions violation: Permissions Violation for Publish to "$JS.API.STREAM.MSG.GET.KV_config"`, needs},
		{"answers are not permitted", func(b *broker) config.Source {
			b.permit(&server.Permissions{Subscribe: &server.SubjectPermission{Deny: []string{">"}}})
			return b.source()
		}, "stale", `nats: permissions violation: Permissions Violation for Subscription to "_INBOX.…"`, needs},
		{"nothing listens", func(b *broker) config.Source {
			b.network.cut(true)
			return b.source(nats.RetryOnFailedConnect(true))
		}, "stale", "there is no connection to a server now", ""},
		{"the credentials are refused", func(b *broker) config.Source {
			b.password.Store("wrong")
			return b.source(nats.RetryOnFailedConnect(true), nats.IgnoreAuthErrorAbort())
		}, "stale", "there is no connection to a server now: nats: authorization violation", ""},
		{"closed", func(b *broker) config.Source {
			nc := b.connect()
			nc.Close()
			return sourceOf(b.t, nc)
		}, "stale", "the connection is closed", closedHint},
		{"drained", func(b *broker) config.Source {
			nc := b.connect()
			testkit.Must(b.t, nc.Drain())
			return sourceOf(b.t, nc)
		}, "stale", "the connection is closed", closedHint},
		{"no JetStream", func(b *broker) config.Source {
			b.opts.JetStream = false
			b.restart()
			return b.source()
		}, "stale", "JetStream does not answer", "it is not enabled on the server, or has other subjects than $JS.API.>: see jetstream.NewWithDomain"},
		{"a domain that is not there", func(b *broker) config.Source {
			js, err := jetstream.NewWithDomain(b.admin.Conn(), "hub")
			testkit.Must(b.t, err)
			return confignats.New(js, "config", "app.yaml")
		}, "stale", "JetStream does not answer", "it is not enabled on the server, or has other subjects than $JS.hub.API.>: see jetstream.NewWithDomain"},
		{"no JetStream for the account", func(b *broker) config.Source {
			b.opts.Accounts = []*server.Account{server.NewAccount("other")}
			b.restart()
			other, err := b.server.LookupAccount("other")
			testkit.Must(b.t, err)
			b.admit(func(g *guard) { g.reader = server.User{Account: other} })
			return b.source()
		}, "stale", "nats: API error: code=503 err_code=10039 description=JetStream not enabled for account", "enable JetStream for the account of the connection"},
		{"stalled", func(b *broker) config.Source {
			s := b.source()
			b.proxy.Stall()
			return s
		}, "stale", "no answer in time", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := c.play(newBroker(t))
			limit := 20 * time.Second
			if c.name == "stalled" {
				limit = 50 * time.Millisecond
			}
			ctx, cancel := context.WithTimeout(t.Context(), limit)
			defer cancel()
			var (
				r   config.Reading
				err error
			)
			if !testkit.Becomes(func() bool { // a connection that is refused does not have the error all the time
				r, err = s.Read(ctx)
				return kindOf(err) == c.kind && (err == nil || inboxes.ReplaceAllString(err.Error(), "_INBOX.…") == c.text) && hintOf(err) == c.hint
			}) {
				t.Errorf("it is %s, and the error is\n%q, %q, want\n%q, %q", kindOf(err), err, hintOf(err), c.text, c.hint)
			}
			if (r.Revision == "") != (c.kind == "stale") || (len(r.Documents) == 1) != (c.kind == "content") {
				t.Errorf("Read returns %+v", r)
			}
		})
	}
}

func TestAWatchOfAConnectionThatIsClosedEnds(t *testing.T) {
	t.Parallel()
	b := newBroker(t)
	nc := b.connect()
	s := sourceOf(t, nc)
	nc.Close()
	ended := make(chan error, 1)
	go func() { ended <- s.Watch(context.Background(), "", func() {}) }()
	if err := testkit.Within(t, ended, "the end of the watch"); err == nil || err.Error() != "the connection is closed; "+closedHint {
		t.Errorf("Watch returns %v", err)
	}
}

// A connection subscribes to answers, and is told that it may not, only once.
func TestAnswersThatAreNotPermittedEndEachRead(t *testing.T) {
	t.Parallel()
	b := newBroker(t)
	b.permit(&server.Permissions{Subscribe: &server.SubjectPermission{Deny: []string{">"}}})
	s := b.source()
	for range 2 {
		if _, err := s.Read(t.Context()); !errors.Is(err, nats.ErrPermissionViolation) || hintOf(err) != needs {
			t.Errorf("Read returns %v", err)
		}
	}
}

// A connection has only the last error, and the server answers nothing to what it denies.
func TestSourcesThatAreDeniedTogetherKnowWhy(t *testing.T) {
	t.Parallel()
	b := newBroker(t)
	b.permit(denying("$JS.API.DIRECT.>"))
	js, err := jetstream.New(b.connect())
	testkit.Must(t, err)
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	var reads sync.WaitGroup
	for _, key := range []string{"app.yaml", "db.yaml", "users.yaml"} {
		reads.Go(func() {
			if _, err := confignats.New(js, "config", key).Read(ctx); !errors.Is(err, nats.ErrPermissionViolation) || !strings.Contains(err.Error(), key) {
				t.Errorf("%s: Read returns %v", key, err)
			}
		})
	}
	reads.Wait()
}

// The subject of the one key begins with that of the other.
func TestADenialOfAnotherKeyEndsNoRead(t *testing.T) {
	t.Parallel()
	b := newBroker(t)
	b.direct(false) // the test answers
	asked, denied := make(chan bool, 100), make(chan bool)
	_, err := b.admin.Conn().Subscribe("$JS.API.DIRECT.GET.KV_config.$KV.config.app.yaml", func(m *nats.Msg) {
		asked <- true
		<-denied
		_ = m.RespondMsg(&nats.Msg{Header: nats.Header{"Status": {"404"}}})
	})
	testkit.Must(t, err)
	js, err := jetstream.New(b.connect())
	testkit.Must(t, err)
	ended := make(chan error, 1)
	go func() {
		_, err := confignats.New(js, "config", "app.yaml").Read(t.Context())
		ended <- err
	}()
	testkit.Within(t, asked, "the request")
	for range 3 { // so that the first reading has seen a denial
		if _, err := confignats.New(js, "config", "app.yaml2").Read(t.Context()); !errors.Is(err, nats.ErrPermissionViolation) {
			t.Errorf("Read returns %v", err)
		}
	}
	close(denied)
	if err := testkit.Within(t, ended, "the end of the reading"); kindOf(err) != "missing" {
		t.Errorf("Read returns %v", err)
	}
}

func TestALostConnectionEndsARead(t *testing.T) {
	t.Parallel()
	b := newBroker(t)
	nc := b.connect()
	s := sourceOf(t, nc)
	b.proxy.Stall()
	before := nc.Stats().OutMsgs
	ended := make(chan error, 1)
	go func() {
		_, err := s.Read(context.Background())
		ended <- err
	}()
	testkit.Eventually(t, "a request", func() bool { return nc.Stats().OutMsgs > before })
	b.network.cut(true)
	if err := testkit.Within(t, ended, "the end of Read"); kindOf(err) != "stale" || !strings.Contains(err.Error(), "connection") {
		t.Errorf("Read returns %v", err)
	}
}

func TestAWatchThatIsNotPermittedLeavesThePoll(t *testing.T) {
	t.Parallel()
	for subject, text := range map[string]string{
		"$JS.API.CONSUMER.CREATE.>":   `its watch ended: nats: permissions violation: Permissions Violation for Publish to "$JS.API.CONSUMER.CREATE.KV_config.`,
		"$JS.API.CONSUMER.MSG.NEXT.>": `its watch ended: nats: permissions violation: Permissions Violation for Publish to "$JS.API.CONSUMER.MSG.NEXT.KV_config.`,
	} {
		t.Run(subject, func(t *testing.T) {
			t.Parallel()
			b := newBroker(t)
			b.permit(denying(subject))
			b.put(text1)
			s := b.source()
			confignats.SetHeartbeat(s, 500*time.Millisecond)
			f := follow(t, s, config.PollEvery(20*time.Millisecond))
			testkit.Eventually(t, "a poll", func() bool {
				w := f.Status().Watch[0]
				return w.Mode == config.WatchPoll && strings.HasPrefix(w.Reason, text) && strings.HasSuffix(w.Reason, "; "+needs)
			})
			b.put(text2)
			f.reaches(2)
			b.permit(readerMay())
			testkit.Eventually(t, "events", func() bool {
				b.put(text1)
				f.reaches(1)
				b.put(text2)
				f.reaches(2)
				return f.Status().Watch[0].Mode == config.WatchEvents
			})
		})
	}
}
