package main

import (
	"context"
	"fmt"
	"time"

	"example.com/lastgood/config"
)

// probe requests GET / all the time, as other clients would. It ends with an error at an answer that
// failed, mixed two versions or went back to an older one.
type probe struct {
	cancel context.CancelFunc
	done   chan struct{}

	// These can be read once done is closed.
	answered int
	err      error
}

// startProbe starts a probe that uses c until there is an error, ctx is done or end is called.
func startProbe(ctx context.Context, c *client) *probe {
	ctx, cancel := context.WithCancel(ctx)
	p := &probe{cancel: cancel, done: make(chan struct{})}
	go func() {
		defer close(p.done)
		defer c.close()
		p.err = p.run(ctx, c)
	}()
	return p
}

// end ends the probe. It returns the number of good answers, and the error of the first bad one.
func (p *probe) end() (answered int, err error) {
	p.cancel()
	<-p.done
	return p.answered, p.err
}

func (p *probe) run(ctx context.Context, c *client) error {
	pace := time.NewTicker(5 * time.Millisecond) // below the demo's rate limit
	defer pace.Stop()
	var last uint64
	for {
		select {
		case <-pace.C:
		case <-ctx.Done():
			return nil
		}
		status, body, err := c.get(ctx, "/", config.Secret{})
		if ctx.Err() != nil {
			return nil // end has canceled the request
		}
		if err != nil {
			return err
		}
		got, err := c.parseGreeting(status, body)
		if err != nil {
			return err
		}
		if got.Version < last {
			return fmt.Errorf("GET / went back from version %d to %d", last, got.Version)
		}
		last = got.Version
		p.answered++
	}
}
