package confignats_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"example.com/lastgood/config"
	"example.com/lastgood/config/confignats"
	"example.com/lastgood/internal/testkit"
)

// watched waits until the bucket has as many consumers.
func (b *broker) watched(consumers int) {
	b.t.Helper()
	testkit.Eventually(b.t, "the consumers", func() bool { return b.consumers() == consumers })
}

// Nothing is polled in these: the watch alone has each change noticed.
func TestEachWayOfChangingAKeyConverges(t *testing.T) {
	t.Parallel()
	for name, play := range map[string]func(*broker, *follower){
		"put, and the same again": func(b *broker, f *follower) {
			b.put(text1)
			b.put(text2)
			f.reaches(2)
		},
		"deleted, and put": func(b *broker, f *follower) {
			b.remove()
			f.reaches(9)
			b.put(text2)
			f.reaches(2)
		},
		"purged": func(b *broker, f *follower) {
			testkit.Must(b.t, b.bucket().Purge(b.t.Context(), "app.yaml"))
			f.reaches(9)
			b.put(text2)
			f.reaches(2)
		},
		"another key": func(b *broker, f *follower) {
			_, err := b.bucket().PutString(b.t.Context(), "app.yaml.old", text(3))
			testkit.Must(b.t, err)
			b.put(text2)
			f.reaches(2)
		},
		"the bucket is deleted": func(b *broker, f *follower) {
			testkit.Must(b.t, b.admin.DeleteKeyValue(b.t.Context(), "config"))
			f.reaches(9)
		},
		"the bucket is deleted, and made again": func(b *broker, f *follower) {
			testkit.Must(b.t, b.admin.DeleteKeyValue(b.t.Context(), "config"))
			f.reaches(9)
			b.create()
			b.put(text2)
			f.reaches(2)
			b.put(text(3))
			f.reaches(3)
		},
		"the bucket is deleted, and made again at once": func(b *broker, f *follower) {
			testkit.Must(b.t, b.admin.DeleteKeyValue(b.t.Context(), "config"))
			b.create()
			b.put(text2)
			f.reaches(2)
		},
		"the consumer is deleted": func(b *broker, f *follower) {
			stream, err := b.admin.Stream(b.t.Context(), "KV_config")
			testkit.Must(b.t, err)
			for name := range stream.ConsumerNames(b.t.Context()).Name() {
				testkit.Must(b.t, stream.DeleteConsumer(b.t.Context(), name))
			}
			b.put(text2)
			f.reaches(2)
			b.put(text(3))
			f.reaches(3)
		},
		"the bucket keeps a history": func(b *broker, f *follower) {
			_, err := b.admin.UpdateKeyValue(b.t.Context(), jetstream.KeyValueConfig{Bucket: "config", History: 20})
			testkit.Must(b.t, err)
			for n := 2; n <= 8; n++ {
				b.put(text(n))
			}
			f.reaches(8)
		},
		"it expires, with a marker": func(b *broker, f *follower) {
			_, err := b.admin.UpdateKeyValue(b.t.Context(), jetstream.KeyValueConfig{Bucket: "config", LimitMarkerTTL: time.Hour})
			testkit.Must(b.t, err)
			b.remove()
			f.reaches(9)
			_, err = b.bucket().Create(b.t.Context(), "app.yaml", []byte(text2), jetstream.KeyTTL(time.Second))
			testkit.Must(b.t, err)
			f.reaches(2)
			f.reaches(9)
		},
		"the server restarts": func(b *broker, f *follower) {
			b.stop()
			b.start()
			b.put(text2)
			f.reaches(2)
			b.put(text(3))
			f.reaches(3)
		},
		"put while cut off": func(b *broker, f *follower) {
			b.network.cut(true)
			b.put(text2)
			b.network.cut(false)
			f.reaches(2)
		},
		"cut off for longer": func(b *broker, f *follower) {
			b.network.cut(true)
			b.put(text2)
			f.becomes(config.WatchStale, "there is no connection to a server now")
			b.network.cut(false)
			f.reaches(2)
			f.becomes(config.WatchEvents, "")
		},
		"another user may, in the meantime": func(b *broker, f *follower) {
			b.rotate()
			b.put(text2)
			f.reaches(2)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBroker(t)
			b.put(text1)
			f := follow(t, b.source(nats.IgnoreAuthErrorAbort()))
			f.reaches(1)
			b.watched(1)
			play(b, f)
		})
	}
}

func TestABucketThatIsMadeLaterIsFound(t *testing.T) {
	t.Parallel()
	b := newBroker(t)
	testkit.Must(t, b.admin.DeleteKeyValue(t.Context(), "config"))
	f := follow(t, b.source())
	b.create()
	b.put(text1)
	f.reaches(1)
}

// The poll finds what no event has.
func TestAPurgeOfTheStreamIsPolled(t *testing.T) {
	t.Parallel()
	b := newBroker(t)
	b.put(text1)
	f := follow(t, b.source(), config.PollEvery(20*time.Millisecond))
	stream, err := b.admin.Stream(t.Context(), "KV_config")
	testkit.Must(t, err)
	testkit.Must(t, stream.Purge(t.Context()))
	f.reaches(9)
}

func TestTwoStoresShareASource(t *testing.T) {
	t.Parallel()
	b := newBroker(t)
	b.put(text1)
	s := b.source()
	one, two := follow(t, s), follow(t, s)
	b.watched(2)
	for n := 2; n < 9; n++ {
		b.put(text(n))
		one.reaches(n)
		two.reaches(n)
	}
}

// A value is read as the server takes it, and one that it does not take changes nothing.
func TestContentLargerThanTheStoreTakes(t *testing.T) {
	t.Parallel()
	b := newBroker(t)
	b.put(text1)
	f := follow(t, b.source())
	large := text2 + strings.Repeat("#", 1<<20)
	if _, err := b.bucket().PutString(t.Context(), "app.yaml", large); err == nil {
		t.Fatal("more than max_payload is taken")
	}
	b.put(large[:1<<20-1000])
	f.reaches(2)
	b.direct(false)
	b.put(strings.Replace(large[:1<<20-1000], text2, text(3), 1))
	f.reaches(3)
}

func TestContentLargerThanTheStoreOfTheServiceTakesIsRejected(t *testing.T) {
	t.Parallel()
	b := newBroker(t)
	b.put(text1)
	store, err := config.Open[settings](quiet, config.WithSource(b.source()), config.WithMaxSize(100))
	testkit.Must(t, err)
	defer store.Close()
	b.put(text2 + strings.Repeat("#", 100))
	testkit.Eventually(t, "the rejection", func() bool { return store.Status().Err != nil })
	if store.Current().Port != 1 || !strings.Contains(store.Status().Err.Error(), "nats:config/app.yaml") {
		t.Errorf("serving %+v: %v", *store.Current(), store.Status().Err)
	}
	b.put(text2)
	testkit.Eventually(t, "the repaired one", func() bool { return store.Current().Port == 2 && store.Status().Err == nil })
}

func TestAMirrorIsRead(t *testing.T) {
	t.Parallel()
	b := newBroker(t)
	b.put(text1)
	_, err := b.admin.CreateKeyValue(t.Context(), jetstream.KeyValueConfig{Bucket: "edge", Mirror: &jetstream.StreamSource{Name: "config"}})
	testkit.Must(t, err)
	f := follow(t, confignats.New(b.admin, "edge", "app.yaml", confignats.MirrorOf("config")))
	f.reaches(1)
	b.put(text2)
	f.reaches(2)
}

func TestABucketWithSourcesIsRead(t *testing.T) {
	t.Parallel()
	b := newBroker(t)
	b.put(text1)
	_, err := b.admin.CreateKeyValue(t.Context(), jetstream.KeyValueConfig{Bucket: "all", Sources: []*jetstream.StreamSource{{Name: "config"}}})
	testkit.Must(t, err)
	f := follow(t, confignats.New(b.admin, "all", "app.yaml"))
	f.reaches(1)
	b.put(text2)
	f.reaches(2)
}

// Many stores, readers and watches, with a key that changes all the time.
func TestManyUseASourceAtOnce(t *testing.T) {
	t.Parallel()
	b := newBroker(t)
	b.put(text1)
	s := b.source()
	var using sync.WaitGroup
	ctx, cancel := context.WithCancel(t.Context())
	for range 8 {
		using.Go(func() {
			for ctx.Err() == nil {
				if _, err := s.Read(ctx); err != nil && ctx.Err() == nil {
					t.Error(err)
				}
			}
		})
		using.Go(func() { _ = s.Watch(ctx, "", func() {}) })
	}
	for n := range 100 {
		b.put(text(1 + n%8))
	}
	cancel()
	using.Wait()
	b.watched(0)
}
