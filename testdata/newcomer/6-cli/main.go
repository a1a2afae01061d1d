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
	"github.com/spf13/cobra"

	"example.com/lastgood/config"
	"example.com/lastgood/config/configcli"
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
	os.Exit(configcli.ExitCode(newCommand().ExecuteContext(ctx)))
}

// newCommand returns the command line: the service, and "app config" beside it, which reads
// what the service would.
func newCommand() *cobra.Command {
	root := &cobra.Command{Use: "app", Short: "Greet over HTTP", SilenceUsage: true}
	path := root.PersistentFlags().String("config", "config.yaml", "the configuration file")
	options := func(cmd *cobra.Command) ([]config.Option, error) {
		return []config.Option{config.WithFile(*path), config.WithEnv("APP"), config.WithFlags(cmd.Flags()), config.WithFlagKey("config", "-")}, nil
	}
	root.RunE = func(cmd *cobra.Command, _ []string) error {
		opts, err := options(cmd)
		if err != nil {
			return err
		}
		return run(cmd.Context(), opts)
	}
	if err := config.AddFlags[Config](root.PersistentFlags()); err != nil {
		panic(err) // at the type
	}
	root.AddCommand(configcli.CommandFunc[Config](options))
	return root
}

func run(ctx context.Context, opts []config.Option) error {
	cfg, err := config.Load[Config](opts...)
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
