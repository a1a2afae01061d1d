package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"example.com/lastgood/config"
	"example.com/lastgood/config/confighttp"
)

// webhookCommand returns the command that runs the admission webhook, with the options of the service.
func webhookCommand(options func(*cobra.Command) ([]config.Option, error), listen func(addr string) (net.Listener, error)) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "webhook",
		Short: "Deny ConfigMaps that are not good, as an admission webhook, until SIGINT or SIGTERM",
		Args:  noArguments,
	}
	addr := cmd.Flags().String("listen", ":8443", "the address to listen on, for HTTPS")
	certs := cmd.Flags().String("certs", "/run/certs", "the directory with tls.crt and tls.key, which may change")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		opts, err := options(cmd)
		if err != nil {
			return err
		}
		ln, err := listen(*addr)
		if err != nil {
			return fmt.Errorf("--listen: %w", err)
		}
		opts = append(opts, config.WithFlagKey("listen", "-"), config.WithFlagKey("certs", "-"))
		return serveWebhook(cmd.Context(), ln, *certs, opts)
	}
	return cmd
}

// serveWebhook serves the webhook on ln until ctx is done.
func serveWebhook(ctx context.Context, ln net.Listener, certs string, opts []config.Option) error {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(http.ResponseWriter, *http.Request) {})
	mux.Handle("/validate", confighttp.Admission[Config](chooseConfigMap, append(opts, confighttp.AdmissionAssume("api_key"))...))
	server := &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second, TLSConfig: &tls.Config{
		MinVersion: tls.VersionTLS12,
		GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) { // it is read for each connection, because it is renewed
			cert, err := tls.LoadX509KeyPair(filepath.Join(certs, "tls.crt"), filepath.Join(certs, "tls.key"))
			return &cert, err
		},
	}}
	served := make(chan error, 1)
	go func() { served <- server.ServeTLS(ln, "", "") }()
	select {
	case err := <-served:
		return err
	case <-ctx.Done():
	}
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	err := server.Shutdown(grace)
	if ended := <-served; !errors.Is(ended, http.ErrServerClosed) {
		err = errors.Join(err, ended)
	}
	return err
}

// chooseConfigMap chooses the ConfigMap that the pods mount. By the webhook's configuration, the API
// server sends no reviews of others.
func chooseConfigMap(kind, _, name string) (keys []string, ok bool) {
	return []string{"config.yaml"}, kind == "ConfigMap" && name == "example"
}
