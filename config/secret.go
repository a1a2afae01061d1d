package config

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"unique"

	"example.com/lastgood/internal/redact"
)

// Secret is a text that is not shown. Wherever one is, in a field, behind a pointer, in
// a list, a map or an interface, also as a map's key, fmt, log/slog and the encoders of
// JSON, YAML, TOML, XML, gob and the like write "[redacted]" or return an error; of one
// in an unexported field, fmt and slog write an address. [Secret.Reveal] returns the
// text.
//
// The limit is what follows unexported pointers: debuggers, memory dumps, and packages
// that dump or compare values by reflection, such as go-spew and go-cmp, find the text.
//
// Secrets are compared with ==, and the zero Secret is the empty text. Encoders that
// leave out empty values ask IsZero: the option "omitempty" of encoding/json has no
// effect on a Secret, but "omitzero" has.
//
// In a configuration, a Secret is read like a string, and the rules of its validate
// tag judge its text, also those of a validator given to [WithValidator]. It cannot be
// the key of a map, since keys are shown. Problems show neither its value, nor the line
// it is on, nor the parameters of its rules; the same is true of fields with the tag
// `secret:"true"`.
type Secret struct {
	text unique.Handle[string] // zero for the empty text
}

// NewSecret returns the Secret with a text.
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

// UnmarshalText implements [encoding.TextUnmarshaler]. It returns an error for
// "[redacted]", with or without quotes, which is not a secret but what was written in
// the place of one.
func (s *Secret) UnmarshalText(text []byte) error {
	if redact.IsMask(string(text)) {
		return errors.New(redact.Mask + " is shown in the place of a secret, and is not the secret itself")
	}
	*s = NewSecret(string(text))
	return nil
}

// ValidatorValue implements the Valuer of go-playground/validator, so that the rules of
// any validator judge the text. It is of no other use. What it returns, and errors of a
// validator hold, has the text for who asks by reflection, but fmt, slog, JSON and YAML
// write "[redacted]".
func (s Secret) ValidatorValue() any { return judged(s.Reveal()) }

type judged string

func (judged) String() string               { return redact.Mask }
func (judged) GoString() string             { return redact.Mask }
func (judged) Format(f fmt.State, _ rune)   { _, _ = io.WriteString(f, redact.Mask) }
func (judged) LogValue() slog.Value         { return slog.StringValue(redact.Mask) }
func (judged) MarshalText() ([]byte, error) { return []byte(redact.Mask), nil }
