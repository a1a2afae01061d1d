package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"example.com/lastgood/config"
	"example.com/lastgood/config/confighttp"
)

// serve runs the service until ctx is done, with the configuration of opts, or, if that is not good and
// fallback is not nil, with that of fallback. If socket is not empty, it is the path of the Unix socket
// for "config status".
func serve(ctx context.Context, opts, fallback []config.Option, socket string, log io.Writer, listen func(addr string) (net.Listener, error)) error {
	level := new(slog.LevelVar)
	logger := slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: level}))

	health := new(health)
	store, err := config.Load[Config](append(opts, config.WithLogger(logger), health.probation())...)
	if err != nil && fallback != nil {
		logger.Error("there is no good configuration; starting with the fallback, until a restart", "err", err)
		store, err = config.Load[Config](append(fallback, config.WithLogger(logger), health.probation())...)
	}
	if err != nil {
		return err
	}
	defer store.Close()
	defer followLevel(store, level)()
	if socket != "" {
		stop, err := answerStatus(socket, store)
		if err != nil {
			return err
		}
		defer stop()
	}

	ln, err := listen(store.Current().Server.Addr)
	if err != nil {
		return fmt.Errorf("server.addr: %w", err)
	}
	logger.Info("serving", "addr", ln.Addr().String())
	err = serveHTTP(ctx, ln, health.count(newService(store, logger)), store, logger)
	logger.Info("stopped")
	return err
}

// answerStatus serves the state of the store on a Unix socket until stop is called.
func answerStatus(socket string, store *config.Store[Config]) (stop func(), err error) {
	ln, err := confighttp.ListenUnix(socket)
	if err != nil {
		return nil, err
	}
	server := &http.Server{Handler: confighttp.Handler(confighttp.Named("app", store)), ReadHeaderTimeout: 5 * time.Second}
	served := make(chan error, 1)
	go func() { served <- server.Serve(ln) }()
	return func() {
		_ = server.Close() // requests that are not finished fail
		<-served           //nolint:errcheck // it is http.ErrServerClosed
	}, nil
}

func listenTCP(addr string) (net.Listener, error) {
	return new(net.ListenConfig).Listen(context.Background(), "tcp", addr)
}

// followLevel sets level to log.level of the configuration, now and at each change, until stop is
// called.
//
// The hook and the first call of set can run at the same time, and the last of them must set the
// current level. So set takes a lock, and reads Current rather than the arguments of the hook.
func followLevel(store *config.Store[Config], level *slog.LevelVar) (stop func()) {
	var mu sync.Mutex
	set := func() {
		mu.Lock()
		defer mu.Unlock()
		level.Set(store.Current().Log.Level)
	}
	stop = config.OnChangeOf(store, func(c *Config) slog.Level { return c.Log.Level }, func(_, _ slog.Level) { set() })
	set()
	return stop
}

// serveHTTP serves on ln until ctx is done, and then waits for running requests, at most
// server.shutdown_timeout.
func serveHTTP(ctx context.Context, ln net.Listener, handler http.Handler, store *config.Store[Config], logger *slog.Logger) error {
	server := &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: 5 * time.Second,
		ErrorLog:          slog.NewLogLogger(logger.Handler(), slog.LevelWarn),
	}
	served := make(chan error, 1)
	go func() { served <- server.Serve(ln) }()
	select {
	case err := <-served:
		return err
	case <-ctx.Done():
	}
	limit := store.Current().Server.ShutdownTimeout // the current one, not that of the start
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), limit)
	defer cancel()
	err := server.Shutdown(grace)
	if errors.Is(err, context.DeadlineExceeded) {
		err = fmt.Errorf("requests were still running %v after the stop", limit)
	}
	_ = server.Close() // it closes the connections that are left
	<-served           //nolint:errcheck // it is http.ErrServerClosed
	return err
}
