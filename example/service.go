package main

import (
	"context"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"log/slog"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"example.com/lastgood/config"
	"example.com/lastgood/config/confighttp"
	"example.com/lastgood/config/configprom"
)

// service handles HTTP requests with the store's current configuration.
type service struct {
	store   *config.Store[Config]
	logger  *slog.Logger
	limiter *limiter
}

func newService(store *config.Store[Config], logger *slog.Logger) http.Handler {
	s := &service{store: store, logger: logger, limiter: newLimiter(time.Now)}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", s.healthz)
	mux.HandleFunc("GET /{$}", s.route(s.greet))
	mux.HandleFunc("GET /private", s.route(s.private))
	mux.HandleFunc("GET /slow", s.route(s.slow))
	operate(mux, store)
	return mux
}

// operate adds the page and the metrics for operators. A public service should serve them on another
// port.
func operate(mux *http.ServeMux, cfg *config.Store[Config]) {
	mux.Handle("/debug/config/", http.StripPrefix("/debug/config",
		confighttp.Handler(confighttp.Named("app", cfg))))
	registry := prometheus.NewRegistry()
	registry.MustRegister(configprom.NewCollector(configprom.Named("app", cfg)))
	mux.Handle("GET /metrics", promhttp.HandlerFor(registry, promhttp.HandlerOpts{}))
}

// route returns a handler with the rate limit, the timeout and the configuration of its request.
func (s *service) route(h func(http.ResponseWriter, *http.Request, *Config)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		// Current is called once, so that a request sees one version from its beginning to its
		// end, even if the next one is published meanwhile.
		cfg := s.store.Current()
		s.logger.Debug("request", "method", r.Method, "path", r.URL.Path)
		if wait := s.limiter.take(cfg.RateLimit); wait > 0 {
			w.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(wait.Seconds()))))
			refuse(w, http.StatusTooManyRequests, "too many requests")
			return
		}
		ctx, cancel := context.WithTimeout(r.Context(), cfg.Server.RequestTimeout)
		defer cancel()
		h(w, r.WithContext(ctx), cfg)
	}
}

// healthz has no rate limit, because a busy service must not seem dead.
func (s *service) healthz(w http.ResponseWriter, _ *http.Request) {
	reply(w, http.StatusOK, map[string]string{"status": "ok"})
}

// greeting is the answer to GET /.
type greeting struct {
	Greeting  string          `json:"greeting"`
	Version   uint64          `json:"version"`
	Timeout   string          `json:"timeout"`
	Features  map[string]bool `json:"features"`
	Upstreams []string        `json:"upstreams"`
}

// greet answers with the version and its values. Both must be of the same moment, so it uses Snapshot
// rather than the request's configuration.
func (s *service) greet(w http.ResponseWriter, _ *http.Request, _ *Config) {
	live := s.store.Snapshot()
	cfg := live.Value
	answer := greeting{
		Greeting: cfg.Greeting,
		Version:  live.Version,
		Timeout:  cfg.Server.RequestTimeout.String(),
		Features: cfg.Features,
	}
	for _, upstream := range cfg.Upstreams {
		answer.Upstreams = append(answer.Upstreams, upstream.Name)
	}
	reply(w, http.StatusOK, answer)
}

// private requires the API key of the current configuration: after a rotation, the new key is valid at
// once, and the old one is not.
func (s *service) private(w http.ResponseWriter, r *http.Request, cfg *Config) {
	given, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !ok || subtle.ConstantTimeCompare([]byte(given), []byte(cfg.APIKey.Reveal())) == 0 {
		w.Header().Set("WWW-Authenticate", "Bearer")
		refuse(w, http.StatusUnauthorized, "this needs the API key")
		return
	}
	reply(w, http.StatusOK, map[string]string{"private": "welcome"})
}

// slow answers after the duration in the query "for", or at the request timeout.
func (s *service) slow(w http.ResponseWriter, r *http.Request, cfg *Config) {
	d, err := time.ParseDuration(r.URL.Query().Get("for"))
	if err != nil || d < 0 {
		refuse(w, http.StatusBadRequest, "say how long: /slow?for=500ms")
		return
	}
	work := time.NewTimer(d)
	defer work.Stop()
	select {
	case <-work.C:
		reply(w, http.StatusOK, map[string]string{"slept": d.String()})
	case <-r.Context().Done():
		if errors.Is(r.Context().Err(), context.DeadlineExceeded) { // otherwise, the client has gone
			refuse(w, http.StatusGatewayTimeout, "gave up after "+cfg.Server.RequestTimeout.String())
		}
	}
}

func refuse(w http.ResponseWriter, status int, message string) {
	reply(w, status, map[string]string{"error": message})
}

func reply(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // fails only if the client has gone
}
