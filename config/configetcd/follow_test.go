package configetcd_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"go.etcd.io/etcd/api/v3/v3rpc/rpctypes"
	clientv3 "go.etcd.io/etcd/client/v3"

	"example.com/lastgood/config"
	"example.com/lastgood/config/configetcd"
	"example.com/lastgood/internal/testkit"
)

func TestATransactionIsNeverSeenInParts(t *testing.T) {
	t.Parallel()
	srv := newServer(t)
	srv.commit(t, putPair("/app/", 1)...)
	s := open[pair](t, config.WithSource(configetcd.New(srv.client(t, clientv3.Config{}), "/app")))
	stop := s.OnReject(func(err *config.Error) { t.Errorf("rejected: %v", err) })
	defer stop()
	for n := 2; n <= 201; n++ {
		srv.commit(t, putPair("/app/", n)...)
		if n%10 == 0 { // some are read one by one, others together
			served(t, s, n)
		}
	}
	served(t, s, 201)
	if versions := s.Snapshot().Version; versions < 20 {
		t.Errorf("%d versions", versions)
	}
}

func TestWhatALeaseHoldsEndsWithIt(t *testing.T) {
	t.Parallel()
	srv := newServer(t)
	srv.commit(t, putPair("/app/", 1)...)
	lease, err := srv.admin.Grant(t.Context(), 1)
	testkit.Must(t, err)
	srv.commit(t, clientv3.OpPut("/leased/a.yaml", "left: 2", clientv3.WithLease(lease.ID)), clientv3.OpPut("/leased/b.yaml", "right: 2", clientv3.WithLease(lease.ID)))
	client := srv.client(t, clientv3.Config{})
	s := open[pair](t, config.WithSource(configetcd.New(client, "/app")), config.WithOptionalSource(configetcd.New(client, "/leased"), config.PollEvery(time.Hour)))
	if s.Current().Left != 2 {
		t.Errorf("serving %+v", *s.Current())
	}
	served(t, s, 1)
}

// Tokens for a user expire; the client has another one for each stream.
func TestAWatchGoesOnWhenItsTokenHasExpired(t *testing.T) {
	t.Parallel()
	srv := newServer(t, func(_ testing.TB, s *server) { s.cfg.AuthTokenTTL = 1 })
	srv.authenticate(t, "/")
	srv.commit(t, putPair("/app/", 1)...)
	client := srv.client(t, clientv3.Config{Username: "app", Password: "secret-of-app"})
	s := open[pair](t, config.WithSource(configetcd.New(client, "/app"), config.PollEvery(time.Hour)))
	other := configetcd.New(client, "/other", configetcd.OneKey())
	first := watched(t, other)
	var unused []*clientv3.Client // to use a token renews it
	for range 50 {
		token, err := srv.admin.Authenticate(t.Context(), "app", "secret-of-app")
		testkit.Must(t, err)
		unused = append(unused, srv.client(t, clientv3.Config{Token: token.Token}))
	}
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for err := error(nil); !errors.Is(err, rpctypes.ErrInvalidAuthToken); unused = unused[1:] {
		if <-tick.C; len(unused) == 0 {
			t.Fatal("tokens do not expire")
		}
		_, err = unused[0].Get(t.Context(), "/app")
	}
	srv.commit(t, putPair("/app/", 2)...)
	served(t, s, 2)
	first() // the watch of the store goes on
	defer watched(t, other)()
	srv.commit(t, putPair("/app/", 3)...)
	served(t, s, 3)
}

// watched begins a watch, and returns what ends it.
func watched(t *testing.T, s config.Source) (end func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	hints, ended := make(chan struct{}, 10), make(chan error, 1)
	go func() { ended <- s.Watch(ctx, "", func() { hints <- struct{}{} }) }()
	select {
	case <-hints:
	case err := <-ended:
		cancel()
		t.Fatalf("Watch returns %v", err)
	}
	return func() {
		cancel()
		testkit.Within(t, ended, "the end of the watch") //nolint:errcheck // any will do
	}
}

func TestAProgramStartsOnLastGoodWhileTheServerIsAway(t *testing.T) {
	t.Parallel()
	srv := newServer(t)
	srv.authenticate(t, "/")
	srv.commit(t, putPair("/app/", 1)...)
	proxy := testkit.NewProxy(t, srv.address())
	dir := t.TempDir()
	start := func() (*config.Store[pair], error) {
		return config.Open[pair](quiet, config.WithLastGood(dir), config.WithStartupWait(time.Millisecond), config.WithSource(
			configetcd.Dial(func(context.Context) (clientv3.Config, error) {
				return clientv3.Config{Endpoints: []string{proxy.Addr}, Username: "app", Password: "secret-of-app"}, nil
			}, "/app")))
	}
	proxy.Cut()
	if s, err := start(); err == nil || !strings.Contains(err.Error(), "etcd:/app: cannot be read: ") {
		s.Close()
		t.Fatalf("Open returns %v", err)
	}
	proxy.Resume()
	s, err := start()
	for err != nil { // it had no time
		s, err = start()
	}
	served(t, s, 1)
	s.Close()
	proxy.Cut()
	s, err = start()
	testkit.Must(t, err)
	defer s.Close()
	if s.Status().LastGood.IsZero() || s.Current().Left != 1 {
		t.Errorf("serving %+v", *s.Current())
	}
	srv.commit(t, putPair("/app/", 2)...)
	proxy.Resume()
	served(t, s, 2)
}
