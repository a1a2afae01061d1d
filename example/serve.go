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

// serve runs the service until ctx is done, with the configuration that opts lead to, or if
// that is not good, with the one that fallback leads to, if there are any. On the Unix
// socket at that path, if any, it answers config status.
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
	err = serveHTTP(ctx, ln, health.watch(newService(store, logger)), store, logger)
	logger.Info("stopped")
	return err
}

// answerStatus answers config status on a Unix socket until stop is called.
func answerStatus(socket string, store *config.Store[Config]) (stop func(), err error) {
	ln, err := confighttp.ListenUnix(socket)
	if err != nil {
		return nil, err
	}
	server := &http.Server{Handler: confighttp.Handler(confighttp.Named("app", store)), ReadHeaderTimeout: 5 * time.Second}
	served := make(chan error, 1)
	go func() { served <- server.Serve(ln) }()
	return func() {
		_ = server.Close() // whoever asks now is told nothing
		<-served           //nolint:errcheck // it only says that the server was closed
	}, nil
}

func listenTCP(addr string) (net.Listener, error) {
	return new(net.ListenConfig).Listen(context.Background(), "tcp", addr)
}

// followLevel keeps level at what the configuration says, until stop is called.
//
// The hook and the first setting can meet: whoever comes last must set what is
// current then. Hence the lock, and Current instead of the hook's own arguments.
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

// serveHTTP serves on ln until ctx is done, and then lets the requests that are
// under way finish.
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
	limit := store.Current().Server.ShutdownTimeout // as it is now, not as it was at the start
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), limit)
	defer cancel()
	err := server.Shutdown(grace)
	if errors.Is(err, context.DeadlineExceeded) {
		err = fmt.Errorf("requests were still running %v after the stop", limit)
	}
	_ = server.Close() // whatever is left
	<-served           //nolint:errcheck // it only says that the server was closed
	return err
}
