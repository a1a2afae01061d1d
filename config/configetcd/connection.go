package configetcd

import (
	"context"
	"time"

	"go.etcd.io/etcd/api/v3/etcdserverpb"
	clientv3 "go.etcd.io/etcd/client/v3"
	"google.golang.org/grpc"
	"google.golang.org/grpc/connectivity"
)

// connecting is for how long a connection is waited for that was refused before.
const connecting = 300 * time.Millisecond

// connect waits for a connection, or returns why there is none, rather than to wait for it
// until ctx is done, as requests do.
func connect(ctx context.Context, client *clientv3.Client) error {
	conn := client.ActiveConnection()
	if conn == nil || conn.GetState() == connectivity.Ready { // there is none to a server in this process
		return nil
	}
	conn.Connect()
	conn.ResetConnectBackoff() // the server may have been away for long, and be back
	within, cancel := context.WithTimeout(ctx, connecting)
	defer cancel()
	for state := conn.GetState(); ; state = conn.GetState() {
		switch state {
		case connectivity.Ready:
			return nil
		case connectivity.Shutdown:
			return errClosed
		case connectivity.TransientFailure:
			if conn.WaitForStateChange(within, state) {
				continue
			}
			// A request that does not wait has the reason.
			_, err := etcdserverpb.NewKVClient(conn).Range(ctx, &etcdserverpb.RangeRequest{Key: []byte("/"), CountOnly: true}, grpc.WaitForReady(false))
			if state == conn.GetState() {
				return err
			}
		default:
			if !conn.WaitForStateChange(ctx, state) {
				return ctx.Err()
			}
		}
	}
}

// lost returns when a client has no connection any more.
func lost(ctx context.Context, client *clientv3.Client) error {
	conn := client.ActiveConnection()
	if conn == nil {
		<-ctx.Done()
		return ctx.Err()
	}
	for conn.GetState() == connectivity.Ready {
		if !conn.WaitForStateChange(ctx, connectivity.Ready) {
			return ctx.Err()
		}
	}
	return errLost
}
