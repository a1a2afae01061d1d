package config_test

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"example.com/lastgood/config"
	"example.com/lastgood/internal/volume"
)

type opened[T any] struct {
	*config.Store[T]
	err error
}

// opening opens a store on another goroutine.
func opening[T any](t *testing.T, opts ...config.Option) <-chan opened[T] {
	t.Helper()
	done := make(chan opened[T], 1)
	go func() {
		s, err := config.Open[T](opts...)
		done <- opened[T]{s, err}
	}()
	return done
}

func TestTheFirstGoodContentIsWaitedFor(t *testing.T) {
	for name, opts := range map[string][]config.Option{
		"events": {config.WithPollInterval(0)}, "polling": {config.WithoutWatch()},
	} {
		t.Run(name, func(t *testing.T) {
			v := volume.New(filepath.Join(t.TempDir(), "v"))
			update := func(content string) {
				t.Helper()
				if err := v.Update(map[string]string{"c.yaml": content}); err != nil {
					t.Fatal(err)
				}
			}
			update("port: x\n")
			log := &journal{}
			wait := time.Minute
			if name == "polling" {
				wait = time.Second // of which it polls a tenth
			}
			done := opening[served](t, append(opts, config.WithFile(v.Path("c.yaml")), logTo(log), config.WithStartupWait(wait))...)
			eventually(t, "the problem", func() bool { return strings.Contains(log.String(), "waiting for one") })
			if !strings.Contains(log.String(), `want an integer, got \"x\" [type]`) {
				t.Errorf("logged:\n%s", log)
			}
			if name == "events" {
				update("port: 99999\n")
				eventually(t, "the other problem", func() bool { return strings.Contains(log.String(), "still no good configuration") })
			}
			update("port: 80\n")
			s := <-done
			if s.err != nil {
				t.Fatal(s.err)
			}
			defer s.Close()
			if st := s.Status(); s.Current().Port != 80 || st.Version != 1 || st.Err != nil || st.LastOutcome != config.Applied {
				t.Errorf("serving %+v, %+v", *s.Current(), st)
			}
			if name == "polling" {
				return
			}
			update("port: 81\n")
			eventually(t, "the next version", func() bool { return s.Current().Port == 81 })
		})
	}
}

func TestAStartWaitsNoLongerThanItShould(t *testing.T) {
	path := filepath.Join(t.TempDir(), "c.yaml")
	_, err := config.Open[served](config.WithFile(path), config.WithLogger(quiet), config.WithStartupWait(20*time.Millisecond))
	wantProblems(t, err, "c.yaml: no such file [missing_file]")
	ctx, cancel := context.WithCancel(t.Context())
	log := &journal{}
	done := opening[served](t, config.WithFile(path), logTo(log), config.WithStartupWait(time.Hour), config.WithContext(ctx))
	eventually(t, "the problem", func() bool { return strings.Contains(log.String(), "waiting for one") })
	cancel()
	if s := <-done; !errors.Is(s.err, context.Canceled) {
		t.Errorf("got %v", s.err)
	}
}

func TestAStartDoesNotWaitWhereSomethingIsStored(t *testing.T) {
	l := newLives(t, "")
	l.live(t, "port: 80\n")
	l.opts = []config.Option{config.WithStartupWait(time.Hour)}
	l.fallsBack(t, "port: x\n", 80)
}
