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
	// silence is for how long a watch may have nothing to read. The server sends a bookmark
	// each minute; without it, the connection has died.
	silence = 2 * time.Minute

	minWatch = 5 * time.Minute // then the server ends a watch, or at most twice as much
)

var errSilent = errors.New("nothing has come, not even a bookmark")

// Watch watches the object from a revision, and calls hint for each event.
func (s *source) Watch(ctx context.Context, since string, hint func()) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	silent := time.AfterFunc(s.silence, func() { cancel(fmt.Errorf("%w for %v", errSilent, s.silence)) })
	defer silent.Stop()

	limit := int64((minWatch + rand.N(minWatch)) / time.Second) //nolint:gosec // no secret
	query := url.Values{"watch": {"1"}, "allowWatchBookmarks": {"true"}, "timeoutSeconds": {strconv.FormatInt(limit, 10)}}
	if since != "" {
		query.Set("resourceVersion", since)
	}
	answer, err := s.server.do(ctx, s, "watch", query)
	if err != nil {
		return ended(ctx, err)
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
		case errors.Is(err, io.EOF): // in order: its time is over, or the server ends
			return nil
		case body.N <= 0:
			return fmt.Errorf("an event has more than %d bytes, as no object has", s.maxBody)
		case err != nil:
			return ended(ctx, fmt.Errorf("the watch was cut: %w", err))
		case event.Type == "ERROR":
			return event.Object.inBand()
		case event.Type != "BOOKMARK":
			hint()
		}
		silent.Reset(s.silence)
		body.N = s.maxBody
	}
}

// ended returns why ctx has ended, or else err with what to do about it.
func ended(ctx context.Context, err error) error {
	if cause := context.Cause(ctx); cause != nil {
		return cause
	}
	if known := (*config.SourceError)(nil); errors.As(err, &known) && known.Hint != "" {
		return fmt.Errorf("%w; %s", err, known.Hint)
	}
	return err
}
