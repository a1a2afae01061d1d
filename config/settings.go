package config

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

	"example.com/lastgood/internal/explain"
	"example.com/lastgood/internal/load"
	"example.com/lastgood/internal/problem"
	"example.com/lastgood/internal/redact"
)

// Setting is one value of a configuration with its origin.
type Setting struct {
	Key string `json:"key"` // server.port, upstreams[2].url, flags["a.b"]

	// Value is nil for a nil pointer, or a bool, int64, uint64, float64 or string, or a
	// []any or map[string]any of these. Durations, times, addresses and the like, and
	// infinities, are strings. It is "[redacted]" for a secret.
	Value any `json:"value"`

	Origin    Origin   `json:"origin"`              // where it is set; [OriginNone] if nowhere
	Overrides []Origin `json:"overrides,omitempty"` // where lower layers set it, the highest first
	Secret    bool     `json:"secret,omitempty"`
	Restart   bool     `json:"restart,omitempty"` // a change needs a restart
	Pending   *Pending `json:"pending,omitempty"` // the change that needs one, or nil
}

// String returns the setting on one line with its origin:
//
//	server.addr: ":9090" (env APP_SERVER_ADDR; overrides /etc/app/config.yaml:2:9, default)
func (s Setting) String() string {
	text := redact.Escape(s.Key + ": " + showValue(s.Value))
	if s.Origin.Kind == OriginNone {
		return text
	}
	text += " (" + s.Origin.String()
	for i, o := range s.Overrides {
		if i == 0 {
			text += "; overrides "
		} else {
			text += ", "
		}
		text += o.String()
	}
	if s.Pending != nil {
		text += "; waits for a restart: " + s.Pending.String()
	}
	return text + ")"
}

// Pending is a change that needs a restart, because its field, or a section around it, has the
// tag `reload:"restart"`.
type Pending struct {
	Key     string `json:"key"`
	Running any    `json:"running"` // in the form of [Setting].Value
	Wanted  any    `json:"wanted"`  // the value on disk
	Origin  Origin `json:"origin"`  // of the wanted value
	Secret  bool   `json:"secret,omitempty"`
}

// String returns the change on one line with the origin of the wanted value.
func (p Pending) String() string {
	text := Change{Key: p.Key, Old: p.Running, New: p.Wanted, Secret: p.Secret}.String()
	if origin := p.Origin.String(); origin != "" {
		text += " (" + origin + ")"
	}
	return text
}

// Settings lists every value of the snapshot in the order of the type's fields. Entries of maps
// are listed by key and sections in lists one by one; a list of single values is one setting.
// Secrets are redacted. The list is created by the first call and shared by all callers: it
// must not be modified. It is nil if a method of a value does not return within 30 seconds, for
// which Settings waits.
func (s Snapshot[T]) Settings() []Setting { return s.settings.list(s.result) }

// settings are the settings of a snapshot. They are created by the first call, so that a reload
// does not pay for them, and cached.
type settings struct {
	mu    sync.Mutex
	all   []Setting
	byKey map[string]int // indexes in all
}

// list returns all settings of a result.
func (s *settings) list(result *load.Result) []Setting {
	if s == nil {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.byKey != nil {
		return s.all
	}
	var all []Setting
	if result.Settings(func(l explain.Setting) { all = append(all, newSetting(l)) }) != nil {
		return nil
	}
	s.all, s.byKey = slices.Clip(all), make(map[string]int, len(all))
	for i, set := range slices.Backward(all) {
		s.byKey[set.Key] = i // the first
	}
	return s.all
}

// setting returns the setting of a key, and whether it exists.
func (s Snapshot[T]) setting(key string) (Setting, bool) {
	all := s.Settings()
	s.settings.mu.Lock()
	defer s.settings.mu.Unlock()
	if i, ok := s.settings.byKey[key]; ok {
		return all[i], true
	}
	return Setting{}, false
}

func newSetting(l explain.Setting) Setting {
	s := Setting{Key: l.Key, Value: l.Value, Origin: newOrigin(l.Origin), Secret: l.Secret, Restart: l.Restart}
	for _, o := range l.Overrides {
		s.Overrides = append(s.Overrides, newOrigin(o))
	}
	if l.Pending != nil {
		p := newPending(*l.Pending)
		s.Pending = &p
	}
	return s
}

func newPending(p explain.Pending) Pending {
	return Pending{Key: p.Key, Running: p.Running, Wanted: p.Wanted, Origin: newOrigin(p.Origin), Secret: p.Secret}
}

// Settings lists every value of the current configuration; see [Snapshot.Settings].
func (s *Store[T]) Settings() []Setting { return s.Snapshot().Settings() }

// Value returns the current value of a key such as server.addr, in the form of [Setting].Value:
// "[redacted]" for a secret, nil for a nil pointer. It returns false for a section, an old key
// of an alias tag, and a key that does not exist. It is for code that has keys as text; to read
// a field of the type, use [Store.Current].
func (s *Store[T]) Value(key string) (any, bool) {
	setting, ok := s.Snapshot().setting(key)
	return setting.Value, ok
}

// Origin returns the origin of the current value of a key such as server.addr. It returns false
// in the same cases as [Store.Value].
func (s *Store[T]) Origin(key string) (Origin, bool) {
	setting, ok := s.Snapshot().setting(key)
	return setting.Origin, ok
}

// maxShown is the number of characters of a value that a line shows.
const maxShown = 80

// showValue returns a value as messages show it: texts in quotes, lists and maps as JSON.
func showValue(v any) string {
	switch v := v.(type) {
	case nil:
		return "not set"
	case string:
		if v == redact.Mask {
			return v
		}
		return strconv.Quote(problem.Shorten(v, maxShown))
	case []any, map[string]any:
		var b strings.Builder
		e := json.NewEncoder(&b)
		e.SetEscapeHTML(false)
		if e.Encode(v) != nil { // an infinite number, for one
			return fmt.Sprint(v)
		}
		return problem.Shorten(strings.TrimSpace(b.String()), maxShown)
	}
	return fmt.Sprint(v)
}
