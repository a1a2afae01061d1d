package layers

import (
	"example.com/lastgood/internal/guard"
	"example.com/lastgood/internal/origin"
	"example.com/lastgood/internal/schema"
)

// Fault is something wrong with a value of a layer before it is bound. It never
// holds the value.
type Fault struct {
	Code    string // env, type, unknown_key, duplicate_key or syntax
	Key     string // "" where no key goes with it
	Place   origin.Origin
	Message string
	Hint    string
}

// notText is the fault of bytes that are no text, where only a text will do.
func notText(path schema.Path, place origin.Origin) Fault {
	return Fault{Code: "syntax", Key: join(path), Place: place, Message: "not valid UTF-8",
		Hint: "only a []byte field takes any bytes"}
}

// unprintable is the fault of a value whose method panicked when asked for its text.
func unprintable(key string, place origin.Origin, panicked *guard.Error) Fault {
	return Fault{Code: "type", Key: key, Place: place, Message: panicked.Error()}
}

// unreadable is the fault of a text that is not a list, map or section.
func unreadable(path schema.Path, place origin.Origin, err error) Fault {
	return Fault{Code: "type", Key: join(path), Place: place, Message: err.Error()}
}
