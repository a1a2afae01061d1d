package config

import (
	"encoding/xml"
	"fmt"
	"log/slog"
)

// redacted is what is shown instead of a secret.
const redacted = "[redacted]"

// Secret is a string that is never shown: every way of printing, logging or
// marshalling it gives "[redacted]". [Secret.Reveal] is the only way to its text.
//
// Problems with a field of this type, or with one that has the tag
// `secret:"true"`, do not show its value either, nor the line it stands in.
type Secret string

// Reveal returns the text.
func (s Secret) Reveal() string { return string(s) }

// String implements [fmt.Stringer].
func (s Secret) String() string { return redacted }

// GoString implements [fmt.GoStringer].
func (s Secret) GoString() string { return redacted }

// Format implements [fmt.Formatter], for every verb.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(redacted)) }

// LogValue implements [slog.LogValuer].
func (s Secret) LogValue() slog.Value { return slog.StringValue(redacted) }

// MarshalJSON implements [json.Marshaler].
func (s Secret) MarshalJSON() ([]byte, error) { return []byte(`"` + redacted + `"`), nil }

// MarshalYAML implements the YAML packages' Marshaler.
func (s Secret) MarshalYAML() (any, error) { return redacted, nil }

// MarshalTOML implements the Marshaler of github.com/BurntSushi/toml.
func (s Secret) MarshalTOML() ([]byte, error) { return []byte(`"` + redacted + `"`), nil }

// MarshalXML implements [xml.Marshaler].
func (s Secret) MarshalXML(e *xml.Encoder, start xml.StartElement) error {
	return e.EncodeElement(redacted, start)
}

// MarshalXMLAttr implements [xml.MarshalerAttr].
func (s Secret) MarshalXMLAttr(name xml.Name) (xml.Attr, error) {
	return xml.Attr{Name: name, Value: redacted}, nil
}

// MarshalText implements [encoding.TextMarshaler]. It has a pointer receiver because
// of github.com/pelletier/go-toml: that does not ask a string type with a value
// receiver for its text, but takes the string.
func (s *Secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }
