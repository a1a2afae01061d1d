// Command app greets over HTTP.
package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"github.com/spf13/pflag"

	"example.com/lastgood/config"
	"example.com/lastgood/config/confighttp"
	"example.com/lastgood/config/configprom"
)

// Config is what can be set.
type Config struct {
	Greeting string `default:"Hello" validate:"required" desc:"what the service answers"`
	Server   struct {
		Addr string `default:":8080" validate:"hostname_port" reload:"restart" desc:"where to listen"`
	}
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	if err := config.AddFlags[Config](pflag.CommandLine); err != nil {
		return err
	}
	pflag.Parse()

	cfg, err := config.Load[Config](config.WithEnv("APP"), config.WithFlags(pflag.CommandLine))
	if err != nil {
		return err
	}
	defer cfg.Close()

	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintln(w, cfg.Current().Greeting)
	})
	mux.Handle("/debug/config/", http.StripPrefix("/debug/config", confighttp.Handler(confighttp.Named("app", cfg))))
	registry := prometheus.NewRegistry()
	registry.MustRegister(configprom.NewCollector(configprom.Named("app", cfg)))
	mux.Handle("GET /metrics", promhttp.HandlerFor(registry, promhttp.HandlerOpts{}))
	return serve(ctx, cfg.Current().Server.Addr, mux)
}

func serve(ctx context.Context, addr string, handler http.Handler) error {
	ln, err := new(net.ListenConfig).Listen(ctx, "tcp", addr)
	if err != nil {
		return err
	}
	fmt.Println("serving on", ln.Addr())
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 5 * time.Second}
	context.AfterFunc(ctx, func() { _ = server.Close() })
	if err := server.Serve(ln); ctx.Err() == nil {
		return err
	}
	return nil
}
