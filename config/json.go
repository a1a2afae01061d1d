package config

import (
	"bytes"
	"encoding/json"

	"example.com/lastgood/internal/redact"
)

// Values of these types may come from hostile files. JSON itself escapes only some of the
// characters that control a terminal; these methods escape all of them.

// MarshalJSON implements [json.Marshaler].
func (p Problem) MarshalJSON() ([]byte, error) { type plain Problem; return marshal(plain(p)) }

// MarshalJSON implements [json.Marshaler].
func (o Origin) MarshalJSON() ([]byte, error) { type plain Origin; return marshal(plain(o)) }

// MarshalJSON implements [json.Marshaler].
func (s Setting) MarshalJSON() ([]byte, error) { type plain Setting; return marshal(plain(s)) }

// MarshalJSON implements [json.Marshaler].
func (p Pending) MarshalJSON() ([]byte, error) { type plain Pending; return marshal(plain(p)) }

// MarshalJSON implements [json.Marshaler].
func (c Change) MarshalJSON() ([]byte, error) { type plain Change; return marshal(plain(c)) }

// MarshalJSON implements [json.Marshaler].
func (p PathStatus) MarshalJSON() ([]byte, error) { type plain PathStatus; return marshal(plain(p)) }

// MarshalJSON implements [json.Marshaler].
func (f FileSum) MarshalJSON() ([]byte, error) { type plain FileSum; return marshal(plain(f)) }

// marshal does not escape HTML, which is up to the encoder that calls MarshalJSON.
func marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return redact.JSON(b.Bytes()), nil
}
