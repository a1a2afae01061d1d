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

// One answer is made at a time, and sent in pieces; while one is sent, it is the turn of
// others. So all answers together take the memory of a few pieces, however many settings
// there are, and a client that reads slowly does not hold up others.
const (
	mostAnswers = 4                // under way at once; others wait
	longestWait = 10 * time.Second // for that
	pieceSize   = 64 << 10
	pieceLimit  = 10 * time.Second // for a client to take a piece
)

// errBusy is that an answer waited for too long.
var errBusy = errors.New("too many others are asking at the moment; try again")

// answers are those of a handler that are under way.
type answers struct {
	underWay chan struct{} // holds one for each
	turn     chan struct{} // holds one while something is made
}

func newAnswers() answers {
	return answers{make(chan struct{}, mostAnswers), make(chan struct{}, 1)}
}

// answer makes an answer by body, when it is its turn.
func (h *handler) answer(w http.ResponseWriter, r *http.Request, json bool, status int, body func(io.Writer) error) {
	ctx, cancel := context.WithTimeoutCause(r.Context(), longestWait, errBusy)
	defer cancel()
	a := &answer{answers: h.answers, w: w, r: r, status: status, contentType: "text/html; charset=utf-8"}
	if json {
		a.contentType = "application/json"
	}
	err := await(ctx, a.underWay)
	if err == nil {
		defer func() { <-a.underWay }()
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
	case a.gone:
	case a.sent == 0:
		a.pause()
		refuse(w, r, json, http.StatusInternalServerError, "the answer cannot be made: "+err.Error())
	default:
		panic(http.ErrAbortHandler) // or it would seem to be complete
	}
}

// await puts something into a channel when there is room.
func await(ctx context.Context, room chan<- struct{}) error {
	select {
	case room <- struct{}{}:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// answer is the body of an answer, which is sent while it is made.
type answer struct {
	answers
	w           http.ResponseWriter
	r           *http.Request
	status      int
	contentType string

	piece  bytes.Buffer // what is to be sent next
	sent   int          // how many bytes were sent, or for HEAD would have been
	inTurn bool
	gone   bool // the client takes nothing more
}

// Write implements [io.Writer].
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
	a.gone = err != nil
	return n, err
}

// end sends the rest.
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

// send sends the piece. From then on, it is the turn of others.
func (a *answer) send() error {
	a.sent += a.piece.Len()
	a.pause()
	if a.r.Method == http.MethodHead {
		a.piece.Reset()
		return nil
	}
	server, ok := a.r.Context().Value(http.ServerContextKey).(*http.Server)
	if ok && server.WriteTimeout == 0 { // or else that is the limit
		_ = http.NewResponseController(a.w).SetWriteDeadline(time.Now().Add(pieceLimit)) // where it can be set
	}
	_, err := a.piece.WriteTo(a.w)
	return err
}

// resume waits for the answer's turn, and pause ends it.
func (a *answer) resume(ctx context.Context) error {
	err := await(ctx, a.turn)
	a.inTurn = err == nil
	return err
}

func (a *answer) pause() {
	if a.inTurn {
		a.inTurn = false
		<-a.turn
	}
}
