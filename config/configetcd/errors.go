package configetcd

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"strings"

	"go.etcd.io/etcd/api/v3/v3rpc/rpctypes"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"example.com/lastgood/config"
)

// credentials are what someone may have written in front of the host of an endpoint.
var credentials = regexp.MustCompile(`[^\s"'/]+@`)

// connection is what gRPC puts around why there is none.
var connection = regexp.MustCompile(`^connection error: desc = "(?:transport: )?(?:Error while dialing: )?(.*)"$`)

// explain adds to an error of the client what to do about it. It does not wrap it, which may
// be about a file that does not exist.
func (s *source) explain(err error) error {
	if err == nil || errors.As(err, new(missing)) || errors.As(err, new(*config.SourceError)) {
		return err
	}
	text := err.Error()
	if known, ok := status.FromError(err); ok {
		text = known.Message()
	}
	text = connection.ReplaceAllString(text, "$1")
	text = credentials.ReplaceAllString(text, "…@")
	e := &config.SourceError{}
	is := func(part string) bool { return strings.Contains(text, part) }
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		text = "no answer in time"
		e.Hint = "the server has no majority, or something on the way to it is the cause; DialKeepAliveTime of clientv3.Config has a connection noticed that has died silently"
	case errors.Is(err, errClosed):
		e.Hint = "it is to be closed after the stores that use it"
	case errors.Is(err, rpctypes.ErrPermissionDenied):
		e.Hint = "its user needs what this gives a role: etcdctl role grant-permission ROLE " + s.permission()
	case errors.Is(err, rpctypes.ErrUserEmpty):
		e.Hint = "the server knows users; Username and Password, or Token, of clientv3.Config give one, or a certificate of its TLS"
	case errors.Is(err, rpctypes.ErrAuthFailed):
		e.Hint = "Username and Password of clientv3.Config are not those of a user"
	case errors.Is(err, rpctypes.ErrInvalidAuthToken):
		e.Hint = "Token of clientv3.Config has expired, or is for another cluster; see Dial"
	case errors.Is(err, rpctypes.ErrNoLeader), errors.Is(err, rpctypes.ErrTimeout), errors.Is(err, rpctypes.ErrTimeoutDueToLeaderFail), errors.Is(err, rpctypes.ErrTimeoutDueToConnectionLost):
		e.Hint = "the cluster may have lost the majority of its members"
	case is("received message larger than max"):
		e.Content, e.Hint = true, "MaxCallRecvMsgSize of clientv3.Config raises the limit"
	case is("x509: "):
		e.Hint = "TLS of clientv3.Config does not trust the server's certificate"
	case is("remote error: tls: "):
		e.Hint = "the server refuses the certificate of TLS of clientv3.Config, or wants one"
	case is("handshake failed"):
		e.Hint = "the server may have no TLS at this port"
	case is("error reading server preface"), is("broken pipe"), is("connection reset"): // with TLS 1.3, before the reason comes
		e.Hint = "the server may want TLS, as for endpoints with https://, or a certificate of TLS of clientv3.Config, or not be etcd"
	case status.Code(err) == codes.Unimplemented:
		e.Hint = "what answers is not etcd"
	}
	e.Err = errors.New(text)
	return e
}

// permission returns what to read, as etcdctl takes it.
func (s *source) permission() string {
	if s.end == "" {
		return fmt.Sprintf("read %q", s.key)
	}
	return fmt.Sprintf("--prefix=true read %q", s.key)
}

// missing is an error of content that does not exist.
type missing struct{ text string }

func (m missing) Error() string      { return m.text }
func (missing) Is(target error) bool { return target == fs.ErrNotExist }
