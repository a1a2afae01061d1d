package confignats_test

import (
	"errors"
	"io/fs"
	"log/slog"
	"testing"
	"time"

	"example.com/lastgood/config"
	"example.com/lastgood/internal/testkit"
)

var quiet = config.WithLogger(slog.New(slog.DiscardHandler))

// settings is the configuration that stores of tests follow.
type settings struct {
	Port int `validate:"min=1"`
}

// text returns the document with a port.
func text(port int) string { return "port: " + string(rune('0'+port)) + "\n" }

// kindOf returns what a store makes of what Read returns.
func kindOf(err error) string {
	known := &config.SourceError{}
	switch errors.As(err, &known); {
	case err == nil:
		return "content"
	case known.Content:
		return "refused"
	case errors.Is(err, fs.ErrNotExist):
		return "missing"
	}
	return "stale"
}

func hintOf(err error) string {
	known := &config.SourceError{}
	errors.As(err, &known)
	return known.Hint
}

// follower is a store that follows the key, whose content may be missing, and is not polled.
type follower struct {
	*testing.T
	*config.Store[settings]
}

func follow(t *testing.T, s config.Source, opts ...config.SourceOption) *follower {
	t.Helper()
	store, err := config.Open[settings](quiet, config.WithDefaults(settings{Port: 9}),
		config.WithOptionalSource(s, append([]config.SourceOption{config.PollEvery(time.Hour)}, opts...)...))
	testkit.Must(t, err)
	t.Cleanup(store.Close)
	return &follower{t, store}
}

// reaches waits until a port is served, 9 if the key is missing.
func (f *follower) reaches(port int) {
	f.Helper()
	testkit.Eventually(f, text(port), func() bool { return f.Current().Port == port })
}

// becomes waits until the source is followed in a mode, for a reason.
func (f *follower) becomes(mode config.WatchMode, reason string) {
	f.Helper()
	testkit.Eventually(f, string(mode)+": "+reason, func() bool {
		w := f.Status().Watch[0]
		return w.Mode == mode && (reason == "" || w.Reason == reason)
	})
}
