package config_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"example.com/lastgood/config"
)

type checked struct {
	Server struct{ Port int }
	Ups    []struct{ URL string }
	Token  config.Secret
}

func TestACheckVetoesWithTheOldAndTheNewValue(t *testing.T) {
	path := yamlFile(t, "server:\n  port: 1\n")
	var seen []string
	s := open[checked](t, config.WithFile(path), config.WithCheck(func(_ context.Context, old, new *checked) error {
		before := "nothing"
		if old != nil {
			before = fmt.Sprint(old.Server.Port)
		}
		seen = append(seen, fmt.Sprintf("%s to %d", before, new.Server.Port))
		if new.Server.Port == 2 {
			return errTaken
		}
		return nil
	}))
	rejects(t, s, path, "server:\n  port: 2\n", "c.yaml: the port is taken [check]")
	if s.Current().Server.Port != 1 {
		t.Errorf("a vetoed value was published")
	}
	accepts(t, s, path, "server:\n  port: 3\n")
	if got := strings.Join(seen, ", "); got != "nothing to 1, 1 to 2, 1 to 3" {
		t.Errorf("checked %s", got)
	}
	put(t, path, "server:\n  port: 2\n")
	if err := s.Reload(t.Context()); !errors.Is(err, errTaken) {
		t.Errorf("the cause is lost in %v", err)
	}
}

func TestACheckThatNamesAKeyGetsAPlace(t *testing.T) {
	path := yamlFile(t, "server:\n  port: 1\nups:\n- url: a\n")
	for _, test := range []struct {
		err  error
		want string
	}{
		{config.KeyError("server.port", errTaken), "c.yaml:2:9: server.port: the port is taken [check]"},
		{config.KeyError("Ups[0].URL", errTaken), "c.yaml:4:8: ups[0].url: the port is taken [check]"},
		{fmt.Errorf("checking: %w", config.KeyError("server.port", errTaken)), "c.yaml:2:9: server.port: checking: server.port: the port is taken [check]"},
		{config.KeyError("no.such", errTaken), "c.yaml: no.such: the port is taken [check]"},
		{errors.Join(errTaken, config.KeyError("server", errTaken)), "c.yaml: the port is taken [check]\nc.yaml:2:3: server: the port is taken [check]"},
		{config.KeyError("server", nil), ""},
	} {
		err := config.Check[checked](config.WithFile(path), config.WithCheck(func(context.Context, *checked, *checked) error { return test.err }))
		if test.want == "" {
			if err != nil {
				t.Errorf("no error gave %v", err)
			}
			continue
		}
		wantProblems(t, err, strings.Split(test.want, "\n")...)
	}
}

// validated has a Validate method that names a key of its own struct.
type validated struct {
	Inner inner
}

type inner struct{ Low, High int }

func (i inner) Validate() error {
	if i.Low > i.High {
		return config.KeyError("low", errors.New("must not exceed high"))
	}
	return nil
}

func TestAValidateMethodMayNameAKeyOfItsStruct(t *testing.T) {
	err := config.Check[validated](config.WithFile(yamlFile(t, "inner:\n  low: 3\n  high: 2\n")))
	wantProblems(t, err, "c.yaml:2:8: inner.low: must not exceed high [check]")
}

func TestChecksRunOnlyOnValuesThatAreValid(t *testing.T) {
	err := config.Check[checked](config.WithFile(yamlFile(t, "server: {port: x}")), config.WithCheck(func(context.Context, *checked, *checked) error {
		t.Error("called")
		return nil
	}))
	if err == nil {
		t.Error("accepted")
	}
}

func TestACheckThatHangsIsGivenUp(t *testing.T) {
	ended := make(chan struct{})
	hang := config.WithCheck(func(ctx context.Context, _, _ *checked) error {
		defer close(ended)
		<-ctx.Done()
		return ctx.Err()
	})
	err := config.Check[checked](config.WithoutFile(), hang, config.WithCheckTimeout(20*time.Millisecond))
	wantProblems(t, err, "the check did not end within 20ms [check]")
	within(t, ended, "the end of the check")
}

func TestCloseDoesNotWaitForACheckThatHangs(t *testing.T) {
	path := yamlFile(t, "server: {port: 1}")
	started, end := make(chan struct{}), make(chan struct{})
	s := open[checked](t, config.WithFile(path), config.WithSettle(0), config.WithCheck(func(_ context.Context, old, _ *checked) error {
		if old != nil {
			close(started)
			<-end
		}
		return nil
	}))
	put(t, path, "server: {port: 2}")
	within(t, started, "the check")
	s.Close()
	close(end)
	if s.Current().Server.Port != 1 {
		t.Error("published after Close")
	}
}

func TestACheckThatPanicsVetoes(t *testing.T) {
	for _, test := range []struct {
		value any
		want  string
	}{
		{errors.New("hunter22"), "the check panicked with a *errors.errorString [check]"},
		{"hunter22", "the check panicked with a string [check]"},
	} {
		err := config.Check[checked](config.WithoutFile(), config.WithCheck(func(context.Context, *checked, *checked) error { panic(test.value) }))
		wantProblems(t, err, test.want)
	}
}

func TestReloadValidatesRejectedContentAgain(t *testing.T) {
	path := yamlFile(t, "server: {port: 1}")
	down := true
	s := open[checked](t, config.WithFile(path), config.WithCheck(func(_ context.Context, old, _ *checked) error {
		if down && old != nil {
			return errors.New("the database is down")
		}
		return nil
	}))
	rejects(t, s, path, "server: {port: 2}", "c.yaml: the database is down [check]")
	down = false
	if err := s.Reload(t.Context()); err != nil || s.Current().Server.Port != 2 {
		t.Errorf("got %v, port %d", err, s.Current().Server.Port)
	}
}

func TestACheckForAnotherTypeIsAnError(t *testing.T) {
	err := config.Check[checked](config.WithoutFile(), config.WithCheck(func(context.Context, *inner, *inner) error { return nil }))
	if want := "config: WithCheck: the check is for config_test.inner, not config_test.checked"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}
