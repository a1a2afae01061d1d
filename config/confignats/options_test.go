package confignats_test

import (
	"log/slog"
	"strings"
	"testing"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"example.com/lastgood/config"
	"example.com/lastgood/config/confignats"
	"example.com/lastgood/internal/testkit"
)

// offline is a JetStream that nothing can be asked of.
func offline(t *testing.T) jetstream.JetStream {
	t.Helper()
	js, err := jetstream.New(&nats.Conn{})
	testkit.Must(t, err)
	return js
}

func TestWhatIsWrongWithTheArgumentsIsAnErrorOfLoad(t *testing.T) {
	t.Parallel()
	js := offline(t)
	const badKey = ` cannot be a key: want letters, digits, '-', '/', '_', '=' and, between others, '.'`
	for _, c := range []struct {
		js          jetstream.JetStream
		bucket, key string
		opts        []confignats.Option
		want        string
	}{
		{nil, "config", "app.yaml", nil, "the JetStream is nil, or has no connection"},
		{js, "", "app.yaml", nil, `"" cannot be the name of a bucket`},
		{js, "con.fig", "app.yaml", nil, `"con.fig" cannot be the name of a bucket`},
		{js, "config\n", "app.yaml", nil, `"config\n" cannot be the name of a bucket`},
		{js, "config", "", nil, `""` + badKey},
		{js, "config", ".app", nil, `".app"` + badKey},
		{js, "config", "app.", nil, `"app."` + badKey},
		{js, "config", "app..yaml", nil, `"app..yaml"` + badKey},
		{js, "config", "app.*", nil, `"app.*"` + badKey},
		{js, "config", ">", nil, `">"` + badKey},
		{js, "config", "app yaml", nil, `"app yaml"` + badKey},
		{js, "config", "äpp", nil, `"äpp"` + badKey},
		{js, "config", "app.yaml", []confignats.Option{nil}, "option 1 is nil"},
		{js, "config", "app.yaml", []confignats.Option{confignats.Format(".")}, "Format: the format is empty"},
		{js, "config", "app.yaml", []confignats.Option{confignats.MirrorOf("KV.config")}, `MirrorOf: "KV.config" cannot be the name of a bucket`},
	} {
		s := confignats.New(c.js, c.bucket, c.key, c.opts...)
		if _, err := s.Read(t.Context()); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q, %q: Read returns %v", c.bucket, c.key, err)
		}
		if err := s.Watch(t.Context(), "", func() {}); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q, %q: Watch returns %v", c.bucket, c.key, err)
		}
		err := config.Check[settings](quiet, config.WithOptionalSource(s))
		if want := "config: WithOptionalSource: confignats: " + c.want; err == nil || err.Error() != want && !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%q, %q: %v, want %s", c.bucket, c.key, err, want)
		}
	}
}

// Each key that nats.go takes is one, and no other.
func TestKeysAreThoseOfTheClient(t *testing.T) {
	t.Parallel()
	b := newBroker(t)
	bucket := b.bucket()
	for _, key := range []string{"a", "A-z/0_9=", "a.b.c", "/", "=", "-", "_", "a.", ".a", "a..b", "", "a b", "a*", "a>", "a\\", "a:b", "ü", "a\n", "a\x00"} {
		_, err := bucket.PutString(t.Context(), key, "port: 1")
		wrong := confignats.New(b.admin, "config", key).(interface{ Err() error }).Err()
		if (err == nil) != (wrong == nil) {
			t.Errorf("%q: the client returns %v, the source has %v", key, err, wrong)
		}
		if err == nil {
			if _, err := confignats.New(b.admin, "config", key).Read(t.Context()); err != nil {
				t.Errorf("%q: %v", key, err)
			}
		}
	}
}

func TestTheFormatIsThatOfTheOptionOrTheKey(t *testing.T) {
	t.Parallel()
	b := newBroker(t)
	for _, c := range []struct {
		key, text string
		opts      []confignats.Option
		format    string // of WithFormat
	}{
		{"app.yaml", "port: 1", nil, ""},
		{"prod.app.TOML", "port = 1", nil, ""},
		{"app.d/json", "port: 1", nil, "yaml"},
		{"app", "port: 1", nil, "yaml"},
		{"prod.app", "port: 1", nil, "yaml"}, // a part of the key that is no format
		{"app.json", `{"port": 1}`, nil, "yaml"},
		{"app.yaml", "port = 1", []confignats.Option{confignats.Format(".TOML")}, "json"},
		{"app", "port = 1", []confignats.Option{confignats.Format("toml")}, ""},
	} {
		_, err := b.bucket().PutString(t.Context(), c.key, c.text)
		testkit.Must(t, err)
		opts := []config.Option{quiet, config.WithSource(confignats.New(b.admin, "config", c.key, c.opts...))}
		if c.format != "" {
			opts = append(opts, config.WithFormat(c.format))
		}
		if err := config.Check[settings](opts...); err != nil {
			t.Errorf("%s, with the format %q: %v", c.key, c.format, err)
		}
	}
}

func TestProblemsAreAtTheKey(t *testing.T) {
	t.Parallel()
	b := newBroker(t)
	b.put("# of the service\nprot: 1\n")
	err := config.Check[settings](quiet, config.WithSource(b.source()))
	if err == nil || !strings.Contains(err.Error(), "nats:config/app.yaml:2:1: ") {
		t.Errorf("Check returns %v", err)
	}
}

func TestContentMayBeSecret(t *testing.T) {
	t.Parallel()
	b := newBroker(t)
	b.put("port: -7654321\n")
	for secret, opts := range map[bool][]confignats.Option{true: {confignats.Secret()}, false: nil} {
		err := config.Check[settings](quiet, config.WithSource(sourceOf(t, b.connect(), opts...)))
		if err == nil || strings.Contains(err.Error(), "7654321") == secret {
			t.Errorf("Secret is %v, Check returns %v", secret, err)
		}
	}
}

func TestAnOutageIsLoggedOnce(t *testing.T) {
	t.Parallel()
	b := newBroker(t)
	b.put(text1)
	log := &testkit.Log{}
	store, err := config.Open[settings](config.WithSource(b.source()), config.WithLogger(slog.New(slog.NewTextHandler(log, nil))))
	testkit.Must(t, err)
	defer store.Close()
	log.Take()
	b.network.cut(true)
	if err := store.Reload(t.Context()); err == nil {
		t.Error("a reload returns no error")
	}
	_ = store.Reload(t.Context())
	b.network.cut(false)
	testkit.Eventually(t, "the end of the outage", func() bool { return strings.Contains(log.String(), "can be read again") })
	text := log.String()
	const stale = `level=WARN msg="config: a source cannot be read, so what it gave last stays" source=nats:config/app.yaml reason="there is no connection to a server now" since=`
	if strings.Count(text, stale) != 1 || strings.Count(text, "level=") != 2 {
		t.Errorf("logged:\n%s", text)
	}
}
