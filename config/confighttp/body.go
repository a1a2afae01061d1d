package confighttp

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"time"
)

// A client that sends its review slowly holds up no other: it has maxBodyTime for each part of the
// body, and occupies a place only once it has sent freeBodyBytes, and none of those for validating.
// All bodies together take the memory of maxLargeBodies large ones, and freeBodyBytes for each
// connection.
const (
	maxBodyBytes   = 8 << 20
	freeBodyBytes  = 128 << 10
	maxLargeBodies = 4 // read or waiting to be validated at once; others wait
	maxBodyTime    = 3 * time.Second
)

// readBody reads the body of a request. release must be called when the body is not used any more.
func (a *admission) readBody(ctx context.Context, w http.ResponseWriter, r *http.Request) (body []byte, release func(), err error) {
	var b bytes.Buffer
	release = func() {}
	limited := http.MaxBytesReader(w, r.Body, maxBodyBytes)
	end, _ := ctx.Deadline()
	limitRead(w, end)
	_, err = io.CopyN(&b, limited, freeBodyBytes)
	if err == nil {
		if err := acquire(ctx, a.largeBodies); err != nil {
			return nil, nil, err
		}
		release = func() { <-a.largeBodies }
		limitRead(w, end)
		_, err = b.ReadFrom(limited)
	}
	if err != nil && !errors.Is(err, io.EOF) {
		release()
		return nil, nil, &bodyError{err}
	}
	// The server reads on, to notice that the client has gone.
	_ = http.NewResponseController(w).SetReadDeadline(end)
	return b.Bytes(), release, nil
}

// limitRead sets the deadline for reading the next part of a body, where the server supports it.
func limitRead(w http.ResponseWriter, end time.Time) {
	if t := time.Now().Add(maxBodyTime); t.Before(end) {
		end = t
	}
	_ = http.NewResponseController(w).SetReadDeadline(end)
}

// bodyError reports that a body could not be read.
type bodyError struct{ err error }

func (e *bodyError) Error() string {
	switch statusOf(e) {
	case http.StatusRequestEntityTooLarge:
		return fmt.Sprintf("the body has more than %d bytes", maxBodyBytes)
	case http.StatusRequestTimeout:
		return "the body was not sent in time"
	}
	return "the body cannot be read: " + e.err.Error()
}

func (e *bodyError) Unwrap() error { return e.err }

// statusOf returns the status of the answer if the body of a request could not be read, or if no
// place became free.
func statusOf(err error) int {
	switch {
	case errors.As(err, new(*http.MaxBytesError)):
		return http.StatusRequestEntityTooLarge
	case errors.Is(err, os.ErrDeadlineExceeded):
		return http.StatusRequestTimeout
	case errors.As(err, new(*bodyError)):
		return http.StatusBadRequest
	}
	return http.StatusServiceUnavailable
}
