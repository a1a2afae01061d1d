package config_test

import (
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"example.com/lastgood/config"
)

// fuzzed is a type with secrets in every place.
type fuzzed struct {
	Name   string
	Port   int
	Pass   config.Secret     `validate:"min=30"`
	Tokens map[string]string `secret:"true"`
	Vault  struct {
		Key  []byte
		Pins []int
		On   *bool
	} `secret:"true"`
	Users []struct {
		Name string `validate:"max=3"`
		Pass config.Secret
	}
	Free any
}

// values makes a Go value from bytes: of any type and shape, with parts that are shared or
// contain the value itself.
type values struct {
	data   []byte
	made   []any
	secret string
}

func (f *values) next() byte {
	if len(f.data) == 0 {
		return 0
	}
	b := f.data[0]
	f.data = f.data[1:]
	return b
}

var fuzzedKeys = []any{"name", "port", "pass", "tokens", "vault", "key", "pins", "on", "users", "free", "NAME", "VAULT_KEY", "USERS", "DEFAULT",
	"Pass", "unknown", "", "x-y", "a.b", 1, true, math.NaN(), "\xff", [2]int{1, 2}, struct{ A string }{"b"}, panicky(1), "pas"}

func (f *values) key() any { return fuzzedKeys[int(f.next())%len(fuzzedKeys)] }

func (f *values) value(hide bool, depth int) any {
	v := f.make(hide, depth)
	f.made = append(f.made, v)
	return v
}

// make makes a value; with hide, all texts in it are the secret.
func (f *values) make(hide bool, depth int) any {
	text := string(rune('a' + f.next()%26))
	if hide {
		text = f.secret
	}
	kind := f.next() % 24
	if depth > 6 {
		kind %= 14
	}
	switch kind {
	case 0:
		return text
	case 1:
		return []byte(text)
	case 2:
		return &text
	case 3:
		return nil
	case 4:
		return int8(f.next())
	case 5:
		return math.Inf(int(f.next()%2) - 1)
	case 6:
		return math.NaN()
	case 7:
		return time.Unix(int64(f.next())<<32, 0)
	case 8:
		return config.NewSecret(text)
	case 9:
		return errors.New(text)
	case 10:
		return panicky(f.next())
	case 11:
		return func() {}
	case 12:
		return struct{ Name, pass string }{text, text}
	case 13:
		return `{"` + text + `": [1, "` + text + `"]}`
	case 14:
		if len(f.made) > 0 {
			return f.made[int(f.next())%len(f.made)] // a shared value
		}
		return complex(1, 2)
	case 15:
		m := map[any]any{}
		f.made = append(f.made, m)
		m["loop"] = f.made[int(f.next())%len(f.made)]
		return m
	case 16:
		var p any
		p = &p
		return p
	case 17:
		return []map[string]any{f.section(hide, depth)}
	case 18:
		return []map[string]any{f.section(hide, depth), f.section(hide, depth)}
	case 19:
		return map[string]string{text: text}
	case 20, 21:
		l := make([]any, f.next()%4)
		for i := range l {
			l[i] = f.value(hide, depth+1)
		}
		return l
	}
	return f.section(hide, depth)
}

func (f *values) section(hide bool, depth int) map[string]any {
	m := map[string]any{}
	for range f.next() % 5 {
		f.set(m, hide, depth)
	}
	return m
}

// set sets a key. Everything in a secret section contains the secret.
func (f *values) set(m map[string]any, hide bool, depth int) {
	key := fmt.Sprint(f.key())
	for _, open := range []string{"name", "port", "users", "free", "USERS", "NAME", "DEFAULT"} {
		if key == open {
			m[key] = f.value(hide, depth+1)
			return
		}
	}
	m[key] = f.value(true, depth+1)
}

// For any result of a decoder, nothing panics, no message contains a secret, and the settings
// can be listed.
func FuzzWhatACodecReturns(f *testing.F) {
	for _, seed := range []string{"", "\x04\x02\x00\x00\x00", "\x04\x08\x01\x16\x03\x05\x00\x00\x06\x01\x14\x03", "\x03\x09\x01\x0f\x00\x02\x01\x08\x02\x01\x11\x04\x00\x01"} {
		f.Add([]byte(seed))
	}
	path := filepath.Join(f.TempDir(), "c.conf")
	put(f, path, "x")
	f.Fuzz(func(t *testing.T, data []byte) {
		const secret = "hunter2-hunter2"
		v := &values{data: data, secret: secret}
		content := v.section(false, 0)
		s, err := config.Open[fuzzed](returning(content), config.WithFile(path), config.WithLogger(quiet), config.WithoutWatch())
		if err != nil {
			var bad *config.Error
			if !errors.As(err, &bad) || len(bad.Problems) == 0 {
				t.Fatalf("got %v", err)
			}
			if text := fmt.Sprintf("%v %+v", err, bad.Problems); strings.Contains(text, secret) {
				t.Fatalf("%v has the secret: %s", content, text)
			}
			for _, p := range bad.Problems {
				if p.Origin.Line != 0 || p.Excerpt != nil {
					t.Fatalf("%v has a line: %+v", content, p)
				}
			}
			return
		}
		defer s.Close()
		for _, setting := range s.Settings() {
			if setting.Key != "free" && strings.Contains(setting.String(), secret) && !strings.HasPrefix(setting.Key, "free") && setting.Key != "name" {
				t.Fatalf("%v is shown: %s", content, setting)
			}
		}
		_ = s.Viper().AllSettings()
		if err := s.Reload(t.Context()); err != nil {
			t.Fatal(err)
		}
	})
}
