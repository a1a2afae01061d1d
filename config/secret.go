package config

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"unique"

	"example.com/lastgood/internal/redact"
)

// Secret is a text that is not shown. Package fmt, log/slog and encoders of JSON, YAML, TOML,
// XML, gob and the like write "[redacted]" for it or return an error, also behind a pointer, in
// a list, a map or an interface, and as the key of a map; for one in an unexported field, fmt
// and slog write an address. [Secret.Reveal] returns the text.
//
// Debuggers, memory dumps, and packages that read unexported pointers by reflection, such as
// go-spew and go-cmp, can show the text.
//
// Secrets can be compared with ==, and the zero Secret is the empty text. Encoders that omit
// empty values call IsZero: "omitzero" of encoding/json applies to a Secret, "omitempty" does
// not.
//
// In a configuration, a Secret is decoded like a string, and rules in its validate tag apply to
// the text, including those of [WithValidator]. It cannot be the key of a map, since keys are
// shown. Problems do not show the value, the line that contains it, and the parameters of its
// rules, and neither for fields with the tag `secret:"true"`.
type Secret struct {
	text unique.Handle[string] // zero for the empty text
}

// NewSecret returns a Secret with the text.
func NewSecret(text string) Secret {
	if text == "" {
		return Secret{}
	}
	return Secret{unique.Make(text)}
}

// Reveal returns the text.
func (s Secret) Reveal() string {
	if s.IsZero() {
		return ""
	}
	return s.text.Value()
}

// IsZero reports whether the text is empty.
func (s Secret) IsZero() bool { return s == Secret{} }

// String implements [fmt.Stringer]. It returns "[redacted]".
func (s Secret) String() string { return redact.Mask }

// GoString implements [fmt.GoStringer]. It returns "[redacted]".
func (s Secret) GoString() string { return redact.Mask }

// Format implements [fmt.Formatter]. It writes "[redacted]", whatever the verb.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, redact.Mask) }

// LogValue implements [slog.LogValuer]. It returns "[redacted]".
func (s Secret) LogValue() slog.Value { return slog.StringValue(redact.Mask) }

// MarshalText implements [encoding.TextMarshaler]. It returns "[redacted]".
func (s Secret) MarshalText() ([]byte, error) { return []byte(redact.Mask), nil }

// UnmarshalText implements [encoding.TextUnmarshaler]. It returns an error for "[redacted]",
// with or without quotes, which is the output for a secret rather than a secret.
func (s *Secret) UnmarshalText(text []byte) error {
	if redact.IsMask(string(text)) {
		return errors.New(redact.Mask + " is shown in the place of a secret, and is not the secret itself")
	}
	*s = NewSecret(string(text))
	return nil
}

// ValidatorValue implements the Valuer interface of go-playground/validator, so that rules
// apply to the text; it has no other use. Package fmt, slog, JSON and YAML write "[redacted]"
// for the result, but reflection finds the text in it, and in errors of the validator.
func (s Secret) ValidatorValue() any { return validated(s.Reveal()) }

// validated is the text of a Secret for the validator.
type validated string

func (validated) String() string               { return redact.Mask }
func (validated) GoString() string             { return redact.Mask }
func (validated) Format(f fmt.State, _ rune)   { _, _ = io.WriteString(f, redact.Mask) }
func (validated) LogValue() slog.Value         { return slog.StringValue(redact.Mask) }
func (validated) MarshalText() ([]byte, error) { return []byte(redact.Mask), nil }
