package configetcd

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"sync"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"
	"google.golang.org/grpc/metadata"

	"example.com/lastgood/config"
)

// silence is for how long a watch may have no answer. It is asked for one after half of that.
const silence = 30 * time.Second

var (
	errLost   = errors.New("the connection is lost")
	errSilent = errors.New("the watch does not answer")
	errOther  = errors.New("another cluster answers, or one that was restored from a backup")
	errClosed = errors.New("the client is closed")
)

// Watch watches the keys from the revision after since, and calls hint for each response with
// changes. What is in them does not matter: the content is read at one revision.
func (s *source) Watch(ctx context.Context, since string, hint func()) error {
	if err := s.Err(); err != nil {
		return err
	}
	client, leave, err := s.use(ctx)
	if err != nil {
		return s.explain(err)
	}
	defer leave(true)
	if err := connect(ctx, client); err != nil {
		return s.ended(ctx, err)
	}
	// Watches with the same metadata share a stream, and that its token, which may have expired
	// since it began. So a source has a stream of its own.
	ctx = metadata.AppendToOutgoingContext(clientv3.WithRequireLeader(ctx), "lastgood-source", url.PathEscape(s.name))
	ctx, cancel := context.WithCancelCause(ctx)
	var beside sync.WaitGroup
	defer beside.Wait()
	defer cancel(nil)
	answered := make(chan struct{}, 1)
	beside.Go(func() { cancel(lost(ctx, client)) })
	beside.Go(func() { cancel(s.silent(ctx, client, answered)) })

	at := parseRevision(since)
	opts := []clientv3.OpOption{clientv3.WithCreatedNotify(), clientv3.WithFragment()}
	if at.number > 0 {
		opts = append(opts, clientv3.WithRev(at.number+1))
	}
	if s.end != "" {
		opts = append(opts, clientv3.WithRange(s.end))
	}
	for r := range client.Watch(ctx, s.key, opts...) {
		select {
		case answered <- struct{}{}:
		default:
		}
		if r.Err() != nil {
			return s.ended(ctx, r.Err())
		}
		now := revisionOf(r.Header)
		if now.isOther(at) || r.IsProgressNotify() && now.number < at.number {
			return errOther
		}
		if at.number == 0 || !r.Created && !r.IsProgressNotify() {
			hint()
		}
		at = revision{max(at.cluster, now.cluster), max(at.number, now.number)}
	}
	return s.ended(ctx, errClosed)
}

// silent returns when the watch does not answer any more.
func (s *source) silent(ctx context.Context, client *clientv3.Client, answered <-chan struct{}) error {
	half := time.NewTimer(s.silence / 2)
	defer half.Stop()
	for asked := false; ; half.Reset(s.silence / 2) {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-answered:
			asked = false
			continue
		case <-half.C:
		}
		if asked {
			return fmt.Errorf("%w for %v", errSilent, s.silence)
		}
		asked = true
		limited, cancel := context.WithTimeout(ctx, s.silence/2)
		_ = client.RequestProgress(limited) // the answer comes, or does not
		cancel()
	}
}

// ended returns why ctx has ended, or else err with what to do about it.
func (s *source) ended(ctx context.Context, err error) error {
	if cause := context.Cause(ctx); cause != nil {
		return cause
	}
	err = s.explain(err)
	if known := (*config.SourceError)(nil); errors.As(err, &known) && known.Hint != "" {
		return fmt.Errorf("%w; %s", err, known.Hint)
	}
	return err
}
