package config

import (
	"log/slog"
	"time"

	"example.com/lastgood/internal/guard"
	"example.com/lastgood/internal/notify"
	"example.com/lastgood/internal/redact"
)

// stuckAfter is how long a hook may run before a warning is logged.
const stuckAfter = 10 * time.Second

// newDispatcher returns the dispatcher that calls the hooks of a store.
func newDispatcher(j *journal) *notify.Dispatcher {
	return notify.New(notify.Options{
		Stuck: stuckAfter,
		OnStuck: func(hook string, running time.Duration) {
			j.log(slog.LevelWarn, "config: a hook is stuck, and with it all others", "hook", hook, "running", running)
		},
		OnPanic: func(hook string, value any, stack []byte) {
			j.log(slog.LevelError, "config: a hook panicked", "hook", hook, "panic", redact.Escape(guard.Text(value)), "stack", string(stack))
		},
	})
}
