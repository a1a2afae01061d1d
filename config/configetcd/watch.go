package configetcd

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"
	"google.golang.org/grpc/connectivity"
)

// silence is for how long a watch may have no answer. It is asked for one after half of that.
const silence = 30 * time.Second

var (
	errLost   = errors.New("the connection is lost")
	errSilent = errors.New("the watch has not answered")
	errOther  = errors.New("another cluster answers, or one that was restored from a backup")
	errClosed = errors.New("the client is closed")
)

// Watch watches the keys from the revision after since, and calls hint for each response with
// changes. What is in them does not matter: the content is read at one revision.
func (s *source) Watch(ctx context.Context, since string, hint func()) error {
	if err := s.Err(); err != nil {
		return err
	}
	ctx, cancel := context.WithCancelCause(s.streamContext(ctx))
	var beside sync.WaitGroup
	defer beside.Wait()
	defer cancel(nil)
	answered := make(chan struct{}, 1)
	beside.Go(func() { cancel(s.lost(ctx)) })
	beside.Go(func() { cancel(s.silent(ctx, answered)) })

	at := parseRevision(since)
	opts := []clientv3.OpOption{clientv3.WithCreatedNotify(), clientv3.WithFragment()}
	if at.number > 0 {
		opts = append(opts, clientv3.WithRev(at.number+1))
	}
	if s.end != "" {
		opts = append(opts, clientv3.WithRange(s.end))
	}
	for r := range s.client.Watch(ctx, s.key, opts...) {
		select {
		case answered <- struct{}{}:
		default:
		}
		now := revisionOf(r.Header)
		switch {
		case r.Err() != nil:
			return s.ended(ctx, r.Err())
		case at.number == 0: // it begins
			at = now
			hint()
		case now.cluster != at.cluster, r.IsProgressNotify() && now.number < at.number:
			return errOther
		case !r.Created && !r.IsProgressNotify():
			hint()
		}
		at.number = max(at.number, now.number)
	}
	return s.ended(ctx, errClosed)
}

// lost returns when there is no connection any more.
func (s *source) lost(ctx context.Context) error {
	conn := s.client.ActiveConnection()
	for state := conn.GetState(); ; state = conn.GetState() {
		if state != connectivity.Ready {
			return errLost
		}
		if !conn.WaitForStateChange(ctx, state) {
			return ctx.Err()
		}
	}
}

// silent returns when the watch does not answer any more.
func (s *source) silent(ctx context.Context, answered <-chan struct{}) error {
	half := time.NewTimer(s.silence / 2)
	defer half.Stop()
	for asked := false; ; {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-answered:
			asked = false
		case <-half.C:
			if asked {
				return fmt.Errorf("%w for %v", errSilent, s.silence)
			}
			asked = true
			if err := s.client.RequestProgress(ctx); err != nil {
				return err
			}
		}
		half.Reset(s.silence / 2)
	}
}

// ended returns why ctx has ended, or else err with what to do about it.
func (s *source) ended(ctx context.Context, err error) error {
	if cause := context.Cause(ctx); cause != nil {
		return cause
	}
	return s.explain(err)
}
