package confignats

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"example.com/lastgood/config"
)

const (
	// denialPoll is how often the connection is asked for an error while a request has no answer:
	// what is not permitted is not answered.
	denialPoll = 20 * time.Millisecond

	// answerTime is for how long an answer is waited for although the connection was not permitted
	// to subscribe to answers once: it subscribes, and is told, only once.
	answerTime = time.Second
)

// connected returns why the connection cannot be used now, or nil.
func (s *source) connected() error {
	switch status := s.nc.Status(); status {
	case nats.CONNECTED:
		return nil
	case nats.CLOSED, nats.DRAINING_SUBS, nats.DRAINING_PUBS:
		return &config.SourceError{Err: errors.New("the connection is closed"), Hint: "its owner has closed it, or it has given up: see nats.MaxReconnects and nats.IgnoreAuthErrorAbort"}
	default:
		e := &config.SourceError{Err: errors.New("there is no connection to a server now")}
		for _, refused := range []error{nats.ErrAuthorization, nats.ErrAuthExpired, nats.ErrAuthRevoked, nats.ErrAccountAuthExpired} {
			if errors.Is(s.nc.LastError(), refused) {
				e.Err = fmt.Errorf("%w: %w", e.Err, refused)
			}
		}
		return e
	}
}

// request sends a request, and returns the answer.
func (s *source) request(ctx context.Context, subject string, data []byte) (m *nats.Msg, err error) {
	err = s.attend(ctx, `"`+subject+`"`, func(ctx context.Context) error {
		m, err = s.nc.RequestWithContext(ctx, subject, data)
		return err
	})
	return m, err
}

// attend has do send a request to a subject, which the error that it is denied contains, with a context that ends, too, when the connection
// is lost, or the server does not permit that. As a connection has only its last error, do is
// called again when another request was denied and there is no answer.
func (s *source) attend(ctx context.Context, subject string, do func(context.Context) error) (err error) {
	for err = errHidden; errors.Is(err, errHidden); {
		err = s.attempt(ctx, subject, do)
	}
	return err
}

// attempt is like attend, but returns errHidden rather than to call do again.
func (s *source) attempt(ctx context.Context, subject string, do func(context.Context) error) error {
	status := s.nc.StatusChanged(nats.RECONNECTING, nats.DISCONNECTED, nats.CLOSED)
	defer s.nc.RemoveStatusListener(status)
	if err := s.connected(); err != nil {
		return err
	}
	before, began := s.nc.LastError(), time.Now()
	patience := answerTime/10 + rand.N(answerTime) // those that were denied together ask again one by one
	ctx, cancel := context.WithCancelCause(ctx)
	var attending sync.WaitGroup
	defer attending.Wait()
	defer cancel(nil)
	attending.Go(func() {
		tick := time.NewTicker(denialPoll)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-status:
				cancel(cmp.Or(s.connected(), errLost))
			case <-tick.C:
				err := s.nc.LastError()
				if !errors.Is(err, nats.ErrPermissionViolation) {
					continue
				}
				isNew := err != before //nolint:errorlint // the very one
				switch {
				case isNew && isDenied(err, subject), (isNew || time.Since(began) > answerTime) && isDenied(err, `Subscription to "`+s.inbox()):
					cancel(err)
				case isNew && time.Since(began) > patience:
					cancel(errHidden)
				}
			}
		}
	})
	err := do(ctx)
	if cause := context.Cause(ctx); err != nil && cause != nil {
		return cause
	}
	return err
}

var (
	errLost   = errors.New("the connection was lost")
	errHidden = errors.New("another error of the connection may have hidden that of the request")
)

// isDenied reports whether an error of the connection is about what is sent to a subject, of
// which part is.
func isDenied(err error, part string) bool {
	return errors.Is(err, nats.ErrPermissionViolation) && strings.Contains(err.Error(), part)
}

// explain adds to an error of a request what to do about it.
func (s *source) explain(err error) error {
	var (
		known *config.SourceError
		api   *jetstream.APIError
	)
	switch {
	case errors.As(err, &known), errors.Is(err, context.Canceled):
		return err
	case errors.Is(err, nats.ErrPermissionViolation):
		return &config.SourceError{Err: err, Hint: s.permissions()}
	case errors.Is(err, context.DeadlineExceeded):
		return errors.New("no answer in time")
	case errors.Is(err, nats.ErrNoResponders):
		return &config.SourceError{Err: errors.New("JetStream does not answer"), Hint: "it is not enabled on the server, or has other subjects than " + s.api + ">: see jetstream.NewWithDomain"}
	case errors.As(err, &api) && (api.ErrorCode == jetstream.JSErrCodeJetStreamNotEnabledForAccount || api.ErrorCode == jetstream.JSErrCodeJetStreamNotEnabled):
		return &config.SourceError{Err: err, Hint: "enable JetStream for the account of the connection"}
	}
	return err
}

// hinted is like explain, with what to do in the text.
func (s *source) hinted(err error) error {
	err = s.explain(err)
	if known := (*config.SourceError)(nil); errors.As(err, &known) && known.Hint != "" {
		return fmt.Errorf("%w; %s", err, known.Hint)
	}
	return err
}

// permissions returns what is needed, as the server's configuration has it.
func (s *source) permissions() string {
	return fmt.Sprintf(`it needs {publish: ["%[1]sDIRECT.GET.%[2]s.%[3]s", "%[1]sCONSUMER.CREATE.%[2]s.*.%[3]s", "%[1]sCONSUMER.MSG.NEXT.%[2]s.*", `+
		`"%[1]sCONSUMER.DELETE.%[2]s.*", "%[1]sSTREAM.MSG.GET.%[2]s"], subscribe: ["%[4]s.>"]}`, s.api, s.stream, s.subject, s.inbox())
}

// inbox returns the prefix of the subjects of answers.
func (s *source) inbox() string {
	return cmp.Or(s.nc.Opts.InboxPrefix, strings.TrimSuffix(nats.InboxPrefix, "."))
}
