package config

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"unique"

	"example.com/lastgood/internal/redact"
)

// Secret is a text that is not shown: fmt, log/slog and encoders, of JSON, YAML,
// TOML, XML, gob and whatever else asks a value for its text, write "[redacted]" in
// its place or return an error, wherever the Secret is: in a field, exported or not,
// behind a pointer, in a list or map, as a map's key. Of one in an unexported field,
// fmt and slog write an address at most. [Secret.Reveal] returns the text.
//
// The limit is what follows unexported pointers: a debugger, a memory dump, or a
// package that dumps values by reflection, such as go-spew, finds the text.
//
// Secrets are compared with ==. The zero Secret is the empty text. A Secret is read
// from one text, as a string is, by [Load] and by the decoders of other packages; the
// rules of its validate tag judge the text, those of a validator given to
// [WithValidator] included. Problems do not show its value, nor the line it is on, nor
// the parameters of its rules; see the package's documentation, which also says the
// same of fields with the tag `secret:"true"`.
//
// A Secret cannot be the key of a map in a configuration, since keys are shown.
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

// IsZero reports whether the text is empty. Encoders ask it for "omitzero", and those
// of YAML for "omitempty".
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

// UnmarshalText implements [encoding.TextUnmarshaler]: the Secret becomes that with
// the text. It returns an error for "[redacted]", also in quotes, which is what
// writing a Secret gave.
func (s *Secret) UnmarshalText(text []byte) error {
	if redact.IsMask(string(text)) {
		return errors.New(redact.Mask + " is shown in the place of a secret, and is not the secret itself")
	}
	*s = NewSecret(string(text))
	return nil
}

// ValidatorValue implements the Valuer of go-playground/validator, whose rules judge
// what it returns: the text, as a type that is written as "[redacted]", too.
func (s Secret) ValidatorValue() any { return judged(s.Reveal()) }

// judged is the text of a Secret for the rules of a validator. Its errors hold it.
type judged string

func (judged) String() string               { return redact.Mask }
func (judged) GoString() string             { return redact.Mask }
func (judged) Format(f fmt.State, _ rune)   { _, _ = io.WriteString(f, redact.Mask) }
func (judged) MarshalText() ([]byte, error) { return []byte(redact.Mask), nil }
