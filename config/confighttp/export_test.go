package confighttp

import "time"

// WithNow sets the clock of the page. By default, it is [time.Now].
func WithNow(now func() time.Time) Option {
	return optionFunc(func(h *handler) { h.now = now })
}

// Style is the style sheet of the page.
var Style = style
