package config_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"example.com/lastgood/config"
	"example.com/lastgood/config/configtest"
)

func TestADocumentWithoutANameIsCalledAsItsSource(t *testing.T) {
	t.Parallel()
	s := configtest.NewSource(t, "played:app/c.yaml")
	s.Set(config.Reading{Documents: []config.Document{{Data: []byte("prot: 80\n")}}})
	err := config.Check[served](config.WithSource(s))
	if err == nil || !strings.Contains(err.Error(), "played:app/c.yaml:1:1: ") {
		t.Errorf("Check returns %v", err)
	}
	s.Set(config.Reading{Documents: []config.Document{{Data: []byte("port: 80\n")}, {Name: "d.yaml"}}})
	if err := config.Check[served](config.WithSource(s)); err == nil || !strings.Contains(err.Error(), "has no name, and is not the only one") {
		t.Errorf("with another one beside it, Check returns %v", err)
	}
}

func TestTwoSourcesOfOneNameAreAnErrorOfLoad(t *testing.T) {
	t.Parallel()
	a, b := configtest.NewSource(t, "played:app"), configtest.NewSource(t, "played:app")
	err := config.Check[served](config.WithSource(a), config.WithOptionalSource(b))
	if err == nil || err.Error() != `config: WithOptionalSource: there is a source named "played:app" already` {
		t.Errorf("Check returns %v", err)
	}
}

func TestPollAfterDelaysPollsAndRetries(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name        string
		asked, wait time.Duration
		err         error
	}{
		{"after a reading", time.Minute, time.Minute, nil},
		{"after an error", 2 * time.Minute, 2 * time.Minute, errors.New("busy")},
		{"for a day, of which five minutes count", 24 * time.Hour, 5 * time.Minute, errors.New("busy")},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &pollAfterSource{Source: configtest.NewSource(t, "played:app"), asked: c.asked}
				s.Update(map[string]string{"c.yaml": "port: 80\n"})
				store := open[served](t, config.WithSource(s, config.PollEvery(time.Second)))
				defer store.Close()
				s.Fail(c.err)
				_ = store.Reload(t.Context())
				before := s.Reads()
				time.Sleep(c.wait - time.Second)
				if n := s.Reads() - before; n != 0 {
					t.Errorf("it is read %d times", n)
				}
				time.Sleep(3 * time.Second)
				if s.Reads() == before {
					t.Error("it is not read afterwards")
				}
			})
		})
	}
}

// pollAfterSource is a source that sets PollAfter.
type pollAfterSource struct {
	*configtest.Source
	asked time.Duration
}

func (a *pollAfterSource) Read(ctx context.Context) (config.Reading, error) {
	r, err := a.Source.Read(ctx)
	r.PollAfter = a.asked
	return r, err
}

func (*pollAfterSource) Watch(context.Context, string, func()) error { return errors.ErrUnsupported }
