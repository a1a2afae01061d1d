package confighttp

import "time"

// WithNow has the page tell the time by now. By default, it is [time.Now].
func WithNow(now func() time.Time) Option {
	return optionFunc(func(h *handler) { h.now = now })
}

// Style is the style sheet of the page.
var Style = style
