package confighttp

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"strconv"
	"time"
)

// One answer is rendered at a time, and sent in pieces. While a piece is sent, other answers are
// rendered. So all answers together take the memory of a few pieces, however many settings there
// are, and a client that reads slowly does not hold up others.
const (
	maxAnswers = 4                // begun at once; others wait
	maxWait    = 10 * time.Second // for a place among them
	pieceSize  = 64 << 10
	pieceTime  = 10 * time.Second // for a client to take a piece
)

// errBusy reports that a request has waited too long.
var errBusy = errors.New("too many other requests at the moment; try again")

// answers are the answers of a handler that have begun.
type answers struct {
	begun     chan struct{} // has an element for each
	rendering chan struct{} // has an element while one is rendered
}

func newAnswers() answers {
	return answers{make(chan struct{}, maxAnswers), make(chan struct{}, 1)}
}

// answer sends what body writes.
func (h *handler) answer(w http.ResponseWriter, r *http.Request, json bool, status int, body func(io.Writer) error) {
	ctx, cancel := context.WithTimeoutCause(r.Context(), maxWait, errBusy)
	defer cancel()
	a := &answer{answers: h.answers, w: w, r: r, status: status, contentType: "text/html; charset=utf-8"}
	if json {
		a.contentType = "application/json"
	}
	err := acquire(ctx, a.begun)
	if err == nil {
		defer func() { <-a.begun }()
		err = a.resume(ctx)
	}
	if err != nil {
		w.Header().Set("Retry-After", "5")
		refuse(w, r, json, http.StatusServiceUnavailable, err.Error())
		return
	}
	defer a.pause()
	switch err := body(a); {
	case err == nil:
		a.end()
	case a.clientGone:
	case a.sent == 0:
		a.pause()
		refuse(w, r, json, http.StatusInternalServerError, "the answer cannot be rendered: "+err.Error())
	default:
		panic(http.ErrAbortHandler) // otherwise the answer would seem complete
	}
}

// acquire takes a place in a semaphore. If ctx is done before one is free, it returns the cause.
func acquire(ctx context.Context, semaphore chan<- struct{}) error {
	select {
	case semaphore <- struct{}{}:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// answer is the body of an answer, which is sent while it is rendered.
type answer struct {
	answers
	w           http.ResponseWriter
	r           *http.Request
	status      int
	contentType string

	piece      bytes.Buffer // to be sent next
	sent       int          // bytes; for HEAD, those of the answer to GET
	active     bool         // it has the place in rendering
	clientGone bool         // a piece could not be sent
}

// Write implements [io.Writer]. It sends the piece once it is large enough.
func (a *answer) Write(p []byte) (int, error) {
	n, _ := a.piece.Write(p)
	if a.piece.Len() < pieceSize {
		return n, nil
	}
	if a.sent == 0 && a.r.Method != http.MethodHead {
		a.begin()
	}
	err := a.send()
	if err == nil {
		err = a.resume(a.r.Context())
	}
	a.clientGone = err != nil
	return n, err
}

// end sends the last piece.
func (a *answer) end() {
	if a.sent == 0 || a.r.Method == http.MethodHead {
		a.w.Header().Set("Content-Length", strconv.Itoa(a.sent+a.piece.Len()))
		a.begin()
	}
	_ = a.send() // fails only if the client has gone
}

func (a *answer) begin() {
	a.w.Header().Set("Content-Type", a.contentType)
	a.w.WriteHeader(a.status)
}

// send sends the piece. It lets other answers be rendered.
func (a *answer) send() error {
	a.sent += a.piece.Len()
	a.pause()
	if a.r.Method == http.MethodHead {
		a.piece.Reset()
		return nil
	}
	server, ok := a.r.Context().Value(http.ServerContextKey).(*http.Server)
	if ok && server.WriteTimeout == 0 { // otherwise, the server's limit applies
		_ = http.NewResponseController(a.w).SetWriteDeadline(time.Now().Add(pieceTime)) // where the server supports it
	}
	_, err := a.piece.WriteTo(a.w)
	return err
}

// resume waits until no other answer is rendered.
func (a *answer) resume(ctx context.Context) error {
	err := acquire(ctx, a.rendering)
	a.active = err == nil
	return err
}

// pause lets other answers be rendered.
func (a *answer) pause() {
	if a.active {
		a.active = false
		<-a.rendering
	}
}
