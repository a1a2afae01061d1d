package config

import (
	"fmt"
	"reflect"
	"strings"
)

// fmt does not only ask String: with a verb that is for another kind of value it prints
// what pointers lead to, which is where secrets are.

// Format implements [fmt.Formatter]. It writes the type and the version, and no value
// of the configuration.
func (s *Store[T]) Format(f fmt.State, verb rune) {
	if s == nil {
		formatText(f, verb, "<nil>")
		return
	}
	formatText(f, verb, fmt.Sprintf("store of %v, version %d", reflect.TypeFor[T](), s.Snapshot().Version))
}

// Format implements [fmt.Formatter]. It writes the type, the version and the beginning
// of its content's digest, and no value of the configuration.
func (s Snapshot[T]) Format(f fmt.State, verb rune) {
	text := fmt.Sprintf("snapshot of %v, version %d, content %s", reflect.TypeFor[T](), s.Version, s.Content.Short())
	for _, p := range s.Pending {
		text += "; waits for a restart: " + p.String()
	}
	formatText(f, verb, text)
}

// formatText writes a text as a verb wants it: in quotes, in hexadecimal, padded.
func formatText(f fmt.State, verb rune, text string) {
	if !strings.ContainsRune("sqxX", verb) {
		verb = 's'
	}
	_, _ = fmt.Fprintf(f, fmt.FormatString(f, verb), text)
}
