package configkube

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/url"
	"strconv"
	"time"

	"example.com/lastgood/config"
)

const (
	// maxSilence is the time after which a watch that receives nothing ends. The server sends a
	// bookmark each minute; without one, the connection has died.
	maxSilence = 2 * time.Minute

	minWatch = 5 * time.Minute // the server ends a watch after this time, or at most twice as long
)

var errSilent = errors.New("nothing was received, not even a bookmark")

// Watch watches the object from a revision, and calls hint for each event.
func (s *source) Watch(ctx context.Context, since string, hint func()) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	silent := time.AfterFunc(s.maxSilence, func() { cancel(fmt.Errorf("%w for %v", errSilent, s.maxSilence)) })
	defer silent.Stop()

	limit := int64((minWatch + rand.N(minWatch)) / time.Second) //nolint:gosec // no secret
	query := url.Values{"watch": {"1"}, "allowWatchBookmarks": {"true"}, "timeoutSeconds": {strconv.FormatInt(limit, 10)}}
	if since != "" {
		query.Set("resourceVersion", since)
	}
	answer, err := s.server.do(ctx, s, "watch", query)
	if err != nil {
		return watchEnd(ctx, err)
	}
	defer answer.close()
	if since == "" {
		hint()
	}
	body := &io.LimitedReader{R: answer, N: s.maxBody}
	events := json.NewDecoder(body)
	for {
		var event struct {
			Type   string `json:"type"`
			Object status `json:"object"`
		}
		err := events.Decode(&event)
		switch {
		case errors.Is(err, io.EOF): // the timeout of the watch, or the server shuts down
			return nil
		case body.N <= 0:
			return fmt.Errorf("an event has more than %d bytes, as no object has", s.maxBody)
		case err != nil:
			return watchEnd(ctx, fmt.Errorf("the watch was cut: %w", err))
		case event.Type == "ERROR":
			return event.Object.watchError()
		case event.Type != "BOOKMARK":
			hint()
		}
		silent.Reset(s.maxSilence)
		body.N = s.maxBody
	}
}

// watchEnd returns the cause of the end of ctx, or else err with its hint.
func watchEnd(ctx context.Context, err error) error {
	if cause := context.Cause(ctx); cause != nil {
		return cause
	}
	if known := (*config.SourceError)(nil); errors.As(err, &known) && known.Hint != "" {
		return fmt.Errorf("%w; %s", err, known.Hint)
	}
	return err
}
