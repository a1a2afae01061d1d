package configetcd

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"
	"go.uber.org/zap"
	"google.golang.org/grpc"

	"example.com/lastgood/config"
)

// clients gives a source the client that it is to use.
type clients struct {
	given         *clientv3.Client // the caller's; nil for those that are made
	configuration func(context.Context) (clientv3.Config, error)

	turn      chan struct{} // is full while one is made
	mu        sync.Mutex
	made      *made    // nil for none
	endpoints []string // of the last one that was to be made
}

// made is a client of our own.
type made struct {
	*clientv3.Client
	cancel context.CancelFunc // of its context
	users  int
}

// keepAlive and keepAliveWait are how a connection that has died is noticed. Servers refuse
// pings that come more often than every 5 seconds.
const (
	keepAlive     = 10 * time.Second
	keepAliveWait = 5 * time.Second
)

// dialTimeout bounds how long the server may take to give a token for a user.
const dialTimeout = 5 * time.Second

// use returns the client, and what to call when it is not used any more: with false, nobody
// uses it again.
func (c *clients) use(ctx context.Context) (client *clientv3.Client, leave func(sound bool), err error) {
	if c.given != nil {
		return c.given, func(bool) {}, nil
	}
	select {
	case c.turn <- struct{}{}:
		defer func() { <-c.turn }()
	case <-ctx.Done():
		return nil, nil, ctx.Err()
	}
	c.mu.Lock()
	m := c.made
	if m != nil {
		m.users++
	}
	c.mu.Unlock()
	if m == nil {
		if m, err = c.dial(ctx); err != nil {
			return nil, nil, err
		}
		c.mu.Lock()
		c.made = m
		c.mu.Unlock()
	}
	return m.Client, func(sound bool) { c.leave(m, sound) }, nil
}

func (c *clients) leave(m *made, sound bool) {
	c.mu.Lock()
	m.users--
	ends := m.users == 0 || !sound
	if ends && c.made == m {
		c.made = nil
	}
	c.mu.Unlock()
	if ends {
		_ = m.Close() // it may be closed already
		m.cancel()
	}
}

// dial makes a client with one user. For a Username, it asks the server for a token.
func (c *clients) dial(ctx context.Context) (*made, error) {
	cfg, err := c.configuration(ctx)
	if err != nil {
		e := &config.SourceError{Err: errors.New("the client's configuration is not known: " + err.Error())}
		if known := (*config.SourceError)(nil); errors.As(err, &known) {
			e.Hint = known.Hint
		}
		return nil, e // it wraps nothing: a file that does not exist is no key that does not
	}
	c.mu.Lock()
	c.endpoints = cfg.Endpoints
	c.mu.Unlock()
	if cfg.Logger == nil && cfg.LogConfig == nil {
		cfg.Logger = zap.NewNop()
	}
	if cfg.DialKeepAliveTime == 0 {
		cfg.DialKeepAliveTime, cfg.DialKeepAliveTimeout = keepAlive, keepAliveWait
	}
	cfg.DialTimeout = cmp.Or(cfg.DialTimeout, dialTimeout)
	if cfg.Context == nil {
		cfg.Context = context.Background()
	}
	cfg.DialOptions = append(slices.Clip(cfg.DialOptions), grpc.WithChainUnaryInterceptor(failFast))
	living, cancel := context.WithCancel(cfg.Context)
	cfg.Context = living
	stop := context.AfterFunc(ctx, cancel)
	client, err := clientv3.New(cfg)
	if err == nil {
		if stop() {
			return &made{client, cancel, 1}, nil
		}
		_ = client.Close() // it has come too late
	}
	cancel()
	stop()
	return nil, cmp.Or(ctx.Err(), err) // the end of ctx is the reason why living has ended
}

// secrets returns what is in front of the hosts of the endpoints, such as passwords.
func (c *clients) secrets() (secrets []string) {
	c.mu.Lock()
	endpoints := c.endpoints
	c.mu.Unlock()
	if c.given != nil {
		endpoints = c.given.Endpoints()
	}
	for _, endpoint := range endpoints {
		_, address, found := strings.Cut(endpoint, "://")
		if !found {
			address = endpoint
		}
		if at := strings.LastIndexByte(address, '@'); at > 0 {
			quoted := strconv.Quote(address[:at])
			secrets = append(secrets, address[:at], quoted[1:len(quoted)-1])
		}
	}
	return secrets
}

// failFast has a request fail, with the reason, when there is no connection. The client's
// requests wait for one.
func failFast(ctx context.Context, method string, req, reply any, conn *grpc.ClientConn, invoke grpc.UnaryInvoker, opts ...grpc.CallOption) error {
	return invoke(ctx, method, req, reply, conn, append(opts, grpc.WaitForReady(false))...)
}
