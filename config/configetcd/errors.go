package configetcd

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strings"

	"example.com/lastgood/config"
)

// hints say what to do about an error with a text. KEYS are what is read, as etcdctl takes it.
var hints = []struct{ text, hint string }{
	{"etcdserver: permission denied", "its user needs what this gives a role: etcdctl role grant-permission ROLE KEYS"},
	{"etcdserver: user name is empty", "the server knows users; Username and Password, or Token, of clientv3.Config give one, or a certificate of its TLS"},
	{"etcdserver: authentication failed", "Username and Password of clientv3.Config are not those of a user"},
	{"etcdserver: invalid auth token", "Token of clientv3.Config has expired, or is for another cluster; see Dial"},
	{"etcdserver: no leader", "the cluster may have lost the majority of its members"},
	{"etcdserver: request timed out", "the cluster may have lost the majority of its members"},
	{tooLarge, "MaxCallRecvMsgSize of clientv3.Config raises the limit"},
	{"x509: ", "TLS of clientv3.Config does not trust the server's certificate"},
	{"remote error: tls: ", "the server refuses the certificate of TLS of clientv3.Config, or wants one"},
	{"handshake failed", "the server may have no TLS at this port"},
	{"error reading server preface", notWelcome},
	{"broken pipe", notWelcome},
	{"connection reset", notWelcome},
	{"unknown service", "what answers is not etcd"},
}

// tooLarge is about an answer that the client does not take.
const tooLarge = "received message larger than max"

// notWelcome is about a server that ends a connection. With TLS 1.3, the reason may not come.
const notWelcome = "the server may want TLS, as for endpoints with https://, or a certificate of TLS of clientv3.Config, or not be etcd"

var (
	// around is what gRPC puts around an error.
	around = regexp.MustCompile(`^(?:rpc error: code = \w+ desc = )?(?:connection error: desc = "(?:transport: )?(?:Error while dialing: )?(.*)"|(.*))$`)

	// credentials are what someone may have written in front of a host that is in no endpoint.
	credentials = regexp.MustCompile(`[^\s"'/]+@`)
)

// explain adds to an error of the client what to do about it. It does not wrap it, which may
// be about a file that does not exist.
func (s *source) explain(err error) error {
	if err == nil || errors.As(err, new(missing)) || errors.As(err, new(*config.SourceError)) {
		return err
	}
	e := &config.SourceError{}
	text := err.Error()
	for _, secret := range s.secrets() {
		text = strings.ReplaceAll(text, secret+"@", "…@")
	}
	text = credentials.ReplaceAllString(around.ReplaceAllString(text, "$1$2"), "…@")
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		text = "no answer in time"
		e.Hint = "the server has no majority, or something on the way to it is the cause; DialKeepAliveTime of clientv3.Config has a connection noticed that has died silently"
	case errors.Is(err, errClosed):
		e.Hint = "it is to be closed after the stores that use it"
	default:
		if i := slices.IndexFunc(hints, func(h struct{ text, hint string }) bool { return strings.Contains(text, h.text) }); i >= 0 {
			e.Hint = strings.Replace(hints[i].hint, "KEYS", s.permission(), 1)
			e.Content = hints[i].text == tooLarge
		}
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
