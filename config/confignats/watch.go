package confignats

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

const (
	heartbeat  = 5 * time.Second // of the server; without two, a watch ends
	bucketPoll = time.Second     // how often a bucket that is missing is looked for

	// reconnectTime is for how long a connection may be away before the source is read, which
	// finds that out.
	reconnectTime = 3 * time.Second
)

// watch is a call of Watch.
type watch struct {
	*source
	since string
	hint  func()

	ended     chan error // receives why the consumer can be used no more
	name      string     // of the consumer
	consuming jetstream.ConsumeContext
}

// Watch follows the key by a consumer, from its present value on. It outlives a connection that
// is away, so that it calls hint as soon as that is back; then it returns.
func (s *source) Watch(ctx context.Context, since string, hint func()) error {
	if err := s.Err(); err != nil {
		return err
	}
	status := s.nc.StatusChanged(nats.CONNECTED, nats.RECONNECTING, nats.DISCONNECTED, nats.DRAINING_SUBS, nats.DRAINING_PUBS, nats.CLOSED)
	defer s.nc.RemoveStatusListener(status)
	reconnects := s.nc.Stats().Reconnects
	w := &watch{source: s, since: since, hint: hint, ended: make(chan error, 1)}
	defer w.end()
	begin, away := time.NewTimer(0), time.NewTimer(reconnectTime)
	defer begin.Stop()
	defer away.Stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-begin.C:
			switch err := w.begin(ctx); {
			case errors.Is(err, jetstream.ErrStreamNotFound):
				begin.Reset(bucketPoll)
			case err != nil && (s.connected() == nil || s.nc.IsClosed()):
				return s.hinted(err)
			}
		case err := <-w.ended:
			if s.connected() == nil {
				return err
			}
		case <-away.C:
			if s.connected() != nil {
				hint()
			}
		case <-status:
			switch {
			case s.nc.IsClosed():
				return s.hinted(s.connected())
			case s.connected() != nil:
				away.Reset(reconnectTime)
			case s.nc.Stats().Reconnects != reconnects:
				hint()
				return nil
			}
		}
	}
}

// begin makes the consumer. With the last value per subject, and no other subject, it begins
// with what is stored of the key now.
func (w *watch) begin(ctx context.Context) error {
	w.name = "config_" + rand.Text()
	var c jetstream.Consumer
	err := w.attend(ctx, w.api+"CONSUMER.CREATE."+w.stream+"."+w.name, func(ctx context.Context) (err error) {
		c, err = w.js.CreateConsumer(ctx, w.stream, jetstream.ConsumerConfig{
			Name: w.name, Description: "follows " + w.key, FilterSubject: w.subject,
			DeliverPolicy: jetstream.DeliverLastPerSubjectPolicy, AckPolicy: jetstream.AckNonePolicy,
			HeadersOnly: true, MemoryStorage: true, Replicas: 1,
		})
		return err
	})
	if gone := errors.Is(err, jetstream.ErrStreamNotFound) || err == nil && c.CachedInfo().NumPending == 0; gone && w.since != none.String() {
		w.since = none.String()
		w.hint()
	}
	if err == nil {
		w.consuming, err = c.Consume(w.take, jetstream.PullMaxMessages(64), jetstream.PullHeartbeat(w.heartbeat),
			jetstream.PullExpiry(max(6*w.heartbeat, time.Second)), jetstream.ConsumeErrHandler(func(_ jetstream.ConsumeContext, err error) { w.stop(err) }))
	}
	return err
}

// take announces what the consumer has, unless it is what was read.
func (w *watch) take(m jetstream.Msg) {
	meta, err := m.Metadata()
	if err != nil {
		w.stop(err)
		return
	}
	r := revision{meta.Sequence.Stream, meta.Timestamp.UnixNano()}
	w.accept(r)
	if r.String() != w.since {
		w.hint()
	}
}

// stop has the watch return, in order when the consumer was deleted, perhaps with the bucket, or
// its server ends or leads it no more.
func (w *watch) stop(err error) {
	switch last := w.nc.LastError(); {
	case errors.Is(err, jetstream.ErrConsumerDeleted), errors.Is(err, nats.ErrNoResponders),
		errors.Is(err, jetstream.ErrServerShutdown), errors.Is(err, jetstream.ErrConsumerLeadershipChanged):
		err = nil
	case isDenied(last, w.name):
		err = w.hinted(last)
	case errors.Is(err, jetstream.ErrNoHeartbeat):
		err = fmt.Errorf("nothing has come, not even a heartbeat, for %v", 2*w.heartbeat)
	}
	select {
	case w.ended <- err:
	default: // it returns already
	}
}

// end deletes the consumer, which may have been made also if nobody has waited for the answer. The
// server does that, too, when nobody has asked for messages for some seconds, so there is no need
// to wait for it.
func (w *watch) end() {
	if w.consuming != nil {
		w.consuming.Stop()
		<-w.consuming.Closed()
	}
	if w.name != "" && w.connected() == nil {
		_ = w.nc.Publish(w.api+"CONSUMER.DELETE."+w.stream+"."+w.name, nil)
	}
}
