package main

import (
	"context"
	"fmt"
	"net/http"
	"sync/atomic"
	"time"

	"example.com/lastgood/config"
)

// health counts the answers of the service, so that a change of the configuration that makes it fail
// is rolled back. It is safe for concurrent use.
type health struct{ answered, failed atomic.Int64 }

// probation returns the option to roll back a change that makes the service fail within a minute.
func (h *health) probation() config.Option {
	return config.WithProbation(time.Minute, h.check)
}

// check returns an error if most answers since the last call had a status of 500 or above.
func (h *health) check(context.Context, *Config) error {
	answered, failed := h.answered.Swap(0), h.failed.Swap(0)
	if failed*2 > answered {
		return fmt.Errorf("%d of the last %d requests failed", failed, answered)
	}
	return nil
}

// count returns a handler that counts the answers of next.
func (h *health) count(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		recorder := &statusRecorder{ResponseWriter: w, status: http.StatusOK}
		next.ServeHTTP(recorder, r)
		h.answered.Add(1)
		if recorder.status >= http.StatusInternalServerError {
			h.failed.Add(1)
		}
	})
}

// statusRecorder records the status of an answer.
type statusRecorder struct {
	http.ResponseWriter
	status int
}

func (w *statusRecorder) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}

// Unwrap is for [http.ResponseController].
func (w *statusRecorder) Unwrap() http.ResponseWriter { return w.ResponseWriter }
