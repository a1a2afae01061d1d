package configetcd

import (
	"context"
	"errors"
	"io/fs"
	"time"

	"go.etcd.io/etcd/api/v3/etcdserverpb"
	"google.golang.org/grpc"
	"google.golang.org/grpc/connectivity"
	"google.golang.org/grpc/status"

	"example.com/lastgood/config"
)

// connecting is for how long a connection is waited for that was refused before.
const connecting = time.Second

// connect waits for a connection, or returns why there is none.
func (s *source) connect(ctx context.Context) error {
	conn := s.client.ActiveConnection()
	within, cancel := context.WithTimeout(ctx, connecting)
	defer cancel()
	if conn.GetState() != connectivity.Ready {
		conn.Connect()
		conn.ResetConnectBackoff() // it may have been away for long, and be back
	}
	for {
		switch state := conn.GetState(); state {
		case connectivity.Ready:
			return nil
		case connectivity.TransientFailure:
			if conn.WaitForStateChange(within, state) {
				continue
			}
			_, err := etcdserverpb.NewKVClient(conn).Range(ctx, &etcdserverpb.RangeRequest{Key: []byte(s.key)}, grpc.WaitForReady(false))
			if err == nil { // it has come
				return nil
			}
			return s.explain(err)
		case connectivity.Shutdown:
			return errClosed
		default:
			if !conn.WaitForStateChange(ctx, state) {
				return s.explain(ctx.Err())
			}
		}
	}
}

// explain adds to an error what to do about it.
func (s *source) explain(err error) error {
	if err == nil || errors.Is(err, fs.ErrNotExist) || errors.As(err, new(*config.SourceError)) {
		return err
	}
	text := err.Error()
	if known, ok := status.FromError(err); ok {
		text = known.Message()
	}
	if errors.Is(err, context.DeadlineExceeded) {
		text = "no answer in time"
	}
	return &config.SourceError{Err: errors.New(text)}
}
