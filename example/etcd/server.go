package main

import (
	"context"
	"errors"
	"net/url"
	"path/filepath"

	"go.etcd.io/etcd/server/v3/embed"
	"google.golang.org/grpc"
)

// server is an etcd of one member in this process.
type server struct {
	cfg  *embed.Config
	etcd *embed.Etcd
	grpc chan *grpc.Server // that serve
}

// newServer starts a server at a free port, with its data in a directory.
func newServer(ctx context.Context, dir string) (*server, error) {
	free := []url.URL{{Scheme: "http", Host: "127.0.0.1:0"}}
	s := &server{cfg: embed.NewConfig(), grpc: make(chan *grpc.Server, 10)}
	s.cfg.Dir = filepath.Join(dir, "etcd")
	s.cfg.LogLevel, s.cfg.LogOutputs = "fatal", []string{"/dev/null"}
	s.cfg.ListenPeerUrls, s.cfg.ListenClientUrls = free, []url.URL{free[0]}
	s.cfg.ServiceRegister = func(g *grpc.Server) { s.grpc <- g }
	if err := s.start(ctx); err != nil {
		return nil, err
	}
	s.cfg.ListenClientUrls[0].Host = s.etcd.Clients[0].Addr().String() // after a restart, too
	return s, nil
}

func (s *server) start(ctx context.Context) (err error) {
	if s.etcd, err = embed.StartEtcd(s.cfg); err != nil {
		return err
	}
	select {
	case <-s.etcd.Server.ReadyNotify():
		return nil
	case err = <-s.etcd.Err():
	case <-ctx.Done():
		err = errors.New("interrupted")
	}
	s.stop()
	return err
}

// stop ends the server, if it runs, as a crash does: it waits for no one.
func (s *server) stop() {
	if s.etcd == nil {
		return
	}
	for len(s.grpc) > 0 {
		(<-s.grpc).Stop()
	}
	s.etcd.Close()
	s.etcd = nil
}

// endpoint returns where clients find the server.
func (s *server) endpoint() string { return s.cfg.ListenClientUrls[0].Host }
