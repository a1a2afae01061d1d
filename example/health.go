package main

import (
	"context"
	"fmt"
	"net/http"
	"sync/atomic"
	"time"

	"example.com/lastgood/config"
)

// health counts answers, so that a change of the configuration that makes the service
// fail is noticed and taken back.
type health struct{ answered, failed atomic.Int64 }

// probation has the store take back what makes the service fail within a minute.
func (h *health) probation() config.Option {
	return config.WithProbation(time.Minute, h.check)
}

// check returns an error if most answers since the last call were the service's own
// failures.
func (h *health) check(context.Context, *Config) error {
	answered, failed := h.answered.Swap(0), h.failed.Swap(0)
	if failed*2 > answered {
		return fmt.Errorf("%d of the last %d requests failed", failed, answered)
	}
	return nil
}

// watch has the answers of a handler counted.
func (h *health) watch(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		counted := &countedWriter{ResponseWriter: w, status: http.StatusOK}
		next.ServeHTTP(counted, r)
		h.answered.Add(1)
		if counted.status >= http.StatusInternalServerError {
			h.failed.Add(1)
		}
	})
}

// countedWriter keeps the status of an answer.
type countedWriter struct {
	http.ResponseWriter
	status int
}

func (w *countedWriter) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}

// Unwrap is for [http.ResponseController].
func (w *countedWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
