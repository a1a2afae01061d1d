package config_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"math"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"example.com/lastgood/config"
)

// The tests of this file are of errors and edges that no other test comes to.

func TestWhatIsGivenTwiceIsAnErrorOfLoad(t *testing.T) {
	for want, options := range map[string][]config.Option{
		`WithEnv("B"): there is one prefix already, "A"`:             {config.WithEnv("A"), config.WithEnv("B")},
		`WithEnvName("server.port"): there are names for it already`: {config.WithEnvName("server.port", "P"), config.WithEnvName("server.port", "Q")},
		"WithProbation(0s): the duration is not positive":            {config.WithProbation(0, func(context.Context, *checked) error { return nil })},
	} {
		if err := config.Check[checked](append(options, config.WithoutFile())...); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

func TestDescribingWithWrongOptionsIsAnError(t *testing.T) {
	const want = "WithDefaults: the value is config_test.inner, not config_test.checked"
	_, sample := config.Sample[checked]("yaml", config.WithDefaults(inner{}))
	_, schema := config.JSONSchema[checked](config.WithDefaults(inner{}))
	for what, err := range map[string]error{"Sample": sample, "JSONSchema": schema} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %s", what, err, want)
		}
	}
}

func TestTheLogOfARejectionHasTheFirstProblems(t *testing.T) {
	err := &config.Error{}
	for i := range 40 {
		err.Problems = append(err.Problems, config.Problem{Code: config.CodeCheck, Message: fmt.Sprint("problem ", i+1, ".")})
	}
	var log bytes.Buffer
	slog.New(slog.NewTextHandler(&log, nil)).Error("rejected", "err", err)
	if got := log.String(); !strings.Contains(got, "err.problems=40") || !strings.Contains(got, "problem 25.") || strings.Contains(got, "problem 26.") {
		t.Errorf("logged %s", got)
	}
}

func TestWhatIsNotThereIsPrintedAndListed(t *testing.T) {
	var s *config.Store[checked]
	if got := fmt.Sprintf("%v %+v", s, s); got != "<nil> <nil>" {
		t.Errorf("a nil store is printed as %s", got)
	}
	if all := (config.Snapshot[checked]{}).Settings(); all != nil {
		t.Errorf("a zero snapshot has %v", all)
	}
	if all := new(config.Store[checked]).Diff(nil, &checked{}); all != nil {
		t.Errorf("a zero store knows of %v", all)
	}
}

func TestAnInfiniteNumberInAListIsShown(t *testing.T) {
	if got := (config.Change{Key: "limits", New: []any{math.Inf(1)}}).String(); got != "limits: not set -> [+Inf]" {
		t.Errorf("got %s", got)
	}
}

func TestTypesLoadedTogetherAreFoundWhicheverIsClosedFirst(t *testing.T) {
	type one struct{ N int }
	type two struct{ N int }
	type three struct{ N int }
	first, err := config.Load[one](config.WithoutFile(), config.WithDefaults(one{1}))
	must(t, err)
	defer first.Close()
	second, err := config.Load[two](config.WithoutFile(), config.WithDefaults(two{2}))
	must(t, err)
	defer second.Close()
	third, err := config.Load[three](config.WithoutFile(), config.WithDefaults(three{3}))
	must(t, err)
	defer third.Close()
	if got := []int{config.Current[one]().N, config.Current[two]().N, config.Current[three]().N}; got[0] != 1 || got[1] != 2 || got[2] != 3 {
		t.Errorf("got %v", got)
	}
	second.Close()
	if _, ok := config.Lookup[two](); ok || config.Current[one]().N != 1 || config.Current[three]().N != 3 {
		t.Errorf("the second is closed: %v is found", ok)
	}
	first.Close()
	if config.Current[three]().N != 3 {
		t.Error("the third is not found")
	}
}

func TestAHookThatIsStuckIsLogged(t *testing.T) {
	path := yamlFile(t, port(1))
	synctest.Test(t, func(t *testing.T) {
		var log journal
		s := open[checked](t, config.WithFile(path), config.WithoutWatch(), logTo(&log))
		end := make(chan struct{})
		s.OnChange(func(_, _ *checked) { <-end })
		accepts(t, s, path, port(2))
		time.Sleep(11 * time.Second)
		synctest.Wait()
		if !strings.Contains(log.String(), "config: a hook is stuck, and with it all others") || !strings.Contains(log.String(), "TestAHookThatIsStuckIsLogged") {
			t.Errorf("the log:\n%s", &log)
		}
		if h := s.Status().Hook; h == nil || !h.Stuck {
			t.Errorf("the status has %+v", h)
		}
		close(end)
	})
}
