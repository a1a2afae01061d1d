package lifecycle

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"example.com/lastgood/internal/guard"
)

// Probation configures how a version is probed after its publish.
type Probation struct {
	For      time.Duration
	Every    time.Duration // the interval of probes
	Failures int           // this many failures in a row cause a rollback
	Timeout  time.Duration // of each probe

	// Healthy is the probe: it returns an error if the application is unhealthy with a value.
	Healthy func(ctx context.Context, value any) error
}

// Unhealthy is why a probe failed.
type Unhealthy struct {
	Text string // the text of the application's error, or why there is none
	Err  error  // the application's error, or nil
}

func (u *Unhealthy) Error() string { return u.Text }

// probeFunc is the application's function in messages.
var probeFunc = &guard.Func{Name: "the function of WithProbation"}

var errProbeRunning = errors.New("the call before has not returned")

// probe calls Healthy with a value, and returns nil if the application is healthy. Probes
// never run concurrently: one that has to wait for another longer than Timeout has failed.
func (m *Machine) probe(ctx context.Context, value any) *Unhealthy {
	p := m.o.Probation
	timer := time.NewTimer(p.Timeout)
	defer timer.Stop()
	select {
	case m.probing <- struct{}{}:
	case <-timer.C: // no probe may run longer
		return &Unhealthy{Text: fmt.Sprintf("%v: %v", probeFunc, errProbeRunning)}
	case <-ctx.Done():
		return &Unhealthy{Text: fmt.Sprintf("%v: %v", probeFunc, errProbeRunning)}
	}
	ctx, cancel := context.WithTimeout(ctx, p.Timeout)
	defer cancel()
	var answer *Unhealthy
	err := guard.Run(ctx, nil, 0, func(ctx context.Context) {
		defer func() { <-m.probing }()
		failed := guard.Under(ctx).Call(probeFunc, func() {
			if err := p.Healthy(ctx, value); err != nil {
				answer = &Unhealthy{Text: guard.Text(err), Err: err}
			}
		})
		if failed != nil {
			answer = &Unhealthy{Text: failed.Error(), Err: failed}
		}
	})
	switch failed := err.(type) { //nolint:errorlint // it is what guard.Run returns
	case nil:
		return answer
	case *guard.Error:
		return &Unhealthy{Text: failed.Error(), Err: failed}
	}
	return &Unhealthy{Text: fmt.Sprintf("%v has not returned within %v", probeFunc, p.Timeout)}
}

// redact removes secrets of the published version and of the target from the error of a probe.
func (m *Machine) redact(text string) string {
	m.mu.Lock()
	current, target := m.current.Ref, m.target.Ref
	m.mu.Unlock()
	return m.o.Redact(text, current, target)
}

// runTrial watches a candidate until it is confirmed or rolled back, or ctx is done.
func (m *Machine) runTrial(ctx context.Context, c *Version, value any) {
	if m.o.Probation == nil {
		timer := time.NewTimer(m.o.ConfirmAfter)
		defer timer.Stop()
		select {
		case <-ctx.Done():
		case <-timer.C:
			m.confirm(c)
		}
		return
	}
	p := m.o.Probation
	tick := time.NewTicker(p.Every)
	defer tick.Stop()
	end, logged := time.Now().Add(p.For), false
	for failures := 0; ; {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		why := m.probe(ctx, value)
		if ctx.Err() != nil {
			return
		}
		if why == nil {
			failures = 0
		} else {
			failures++
		}
		m.setFailures(c, failures, end)
		switch {
		case failures == 0 && !time.Now().Before(end):
			m.confirm(c)
			return
		case failures < p.Failures:
		case m.rollBack(c, why), ctx.Err() != nil:
			return
		default:
			if !logged {
				logged = true
				m.o.Log(slog.LevelWarn, "config: the service is unhealthy, but there is nothing to go back to", "version", c.Number, "err", m.redact(why.Text))
			}
			failures, end = 0, time.Now().Add(p.For)
			m.setFailures(c, failures, end)
		}
	}
}
