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

// Setting is one value of a configuration, and where it comes from.
type Setting struct {
	Key string `json:"key"` // server.port, upstreams[2].url, flags["a.b"]

	// Value is nil for a pointer that is nil, or else a bool, int64, uint64, float64
	// or string, or a []any or map[string]any of those. Durations, times, addresses
	// and the like are strings, and so are infinities. It is "[redacted]" for a
	// secret.
	Value any `json:"value"`

	Origin    Origin   `json:"origin"`              // what set it; its kind is [OriginNone] if nothing did
	Overrides []Origin `json:"overrides,omitempty"` // what lower layers set it to, the highest first
	Secret    bool     `json:"secret,omitempty"`
	Restart   bool     `json:"restart,omitempty"` // a change of it waits for a restart
	Pending   *Pending `json:"pending,omitempty"` // the change that waits, or nil
}

// String renders the setting on one line, with its origin:
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

// Pending is a change that waits for a restart, because its field, or the section
// around it, has the tag `reload:"restart"`.
type Pending struct {
	Key     string `json:"key"`
	Running any    `json:"running"` // as in [Setting]
	Wanted  any    `json:"wanted"`
	Origin  Origin `json:"origin"` // of the wanted value
	Secret  bool   `json:"secret,omitempty"`
}

// String renders the change on one line.
func (p Pending) String() string {
	text := Change{Key: p.Key, Old: p.Running, New: p.Wanted, Secret: p.Secret}.String()
	if origin := p.Origin.String(); origin != "" {
		text += " (" + origin + ")"
	}
	return text
}

// Settings lists every value of the snapshot, in the order of the type's fields.
// Entries of maps are listed by key, sections in lists one by one; a list of plain
// values is one setting. Secrets are redacted. It is made when it is first asked for, from
// the tree that the value was decoded from, and shared by all who ask: it must not be
// changed. It is nil if a method of a value does not return.
func (s Snapshot[T]) Settings() []Setting { return s.settings.list(s.result) }

// settings are those of a snapshot. They are made when first asked for, which costs a
// reload nothing, and kept, so that those who ask often or all at once share them.
type settings struct {
	mu    sync.Mutex
	all   []Setting
	byKey map[string]int // where in all
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

// setting returns the setting with a key. It is false if there is none.
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

// Settings lists every value of the current configuration, as [Snapshot.Settings]
// does.
func (s *Store[T]) Settings() []Setting { return s.Snapshot().Settings() }

// Value returns the current value of a key, such as server.addr, as [Setting.Value] has
// it: "[redacted]" for a secret, and nil for a pointer that is nil. It is false if there is
// no such key, or if it is a section; an old key, of an alias tag, is none. It is for code that
// knows keys only as text; a program's own fields are read with [Store.Current].
func (s *Store[T]) Value(key string) (any, bool) {
	setting, ok := s.Snapshot().setting(key)
	return setting.Value, ok
}

// Origin returns where the current value of a key comes from, such as server.addr.
// It is false if there is no such key, or if it is a section.
func (s *Store[T]) Origin(key string) (Origin, bool) {
	setting, ok := s.Snapshot().setting(key)
	return setting.Origin, ok
}

// maxShown is how many characters of a value a line shows.
const maxShown = 80

// showValue writes a value as messages do: texts in quotes, lists and maps as JSON.
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
