package config

import (
	"fmt"
	"log/slog"
	"time"

	"example.com/lastgood/internal/notify"
	"example.com/lastgood/internal/redact"
)

// stuckAfter is how long a hook may run before it is logged.
const stuckAfter = 10 * time.Second

// newDispatcher returns what runs the store's hooks.
func newDispatcher(logger *slog.Logger) *notify.Dispatcher {
	return notify.New(notify.Options{
		Stuck: stuckAfter,
		OnStuck: func(hook string, running time.Duration) {
			logger.Warn("config: a hook is stuck, and with it all others", "hook", hook, "running", running)
		},
		OnPanic: func(hook string, value any, stack []byte) {
			logger.Error("config: a hook panicked", "hook", hook, "panic", redact.Escape(fmt.Sprint(value)), "stack", string(stack))
		},
	})
}
