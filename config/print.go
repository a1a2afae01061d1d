package config

import (
	"fmt"
	"reflect"
	"strings"
)

// With a verb for another kind of value, fmt does not call String, but prints the values behind
// pointers, and the secrets among them.

// Format implements [fmt.Formatter]. It writes the type and the version, and no values.
func (s *Store[T]) Format(f fmt.State, verb rune) {
	if s == nil {
		formatText(f, verb, "<nil>")
		return
	}
	formatText(f, verb, fmt.Sprintf("store of %v, version %d", reflect.TypeFor[T](), s.Snapshot().Version))
}

// Format implements [fmt.Formatter]. It writes the type, the version, the beginning of the
// content's digest and the changes that need a restart, and no other values.
func (s Snapshot[T]) Format(f fmt.State, verb rune) {
	text := fmt.Sprintf("snapshot of %v, version %d, content %s", reflect.TypeFor[T](), s.Version, s.Content.Short())
	for _, p := range s.Pending {
		text += "; waits for a restart: " + p.String()
	}
	formatText(f, verb, text)
}

// formatText writes a text with the flags of a verb: quoted, in hexadecimal, padded.
func formatText(f fmt.State, verb rune, text string) {
	if !strings.ContainsRune("sqxX", verb) {
		verb = 's'
	}
	_, _ = fmt.Fprintf(f, fmt.FormatString(f, verb), text)
}
