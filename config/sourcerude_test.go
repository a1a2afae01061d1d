package config_test

import (
	"context"
	"sync/atomic"

	"example.com/lastgood/config"
	"example.com/lastgood/config/configtest"
)

// rude is a source that violates the rules.
type rude struct {
	*configtest.Source
	before atomic.Pointer[func(context.Context)] // called before each read
	isHung atomic.Bool                           // Read does not return
	hung   chan struct{}                         // before this is closed, whatever its context
}

func (r *rude) Read(ctx context.Context) (config.Reading, error) {
	if before := r.before.Load(); before != nil {
		(*before)(ctx)
	}
	if r.isHung.Load() {
		<-r.hung
	}
	return r.Source.Read(ctx)
}

// named is a source with any name.
type named struct {
	*configtest.Source
	name string
}

func (n *named) Name() string { return n.name }
