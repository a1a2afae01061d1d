package config_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"example.com/lastgood/config"
	doc "example.com/lastgood/internal/document"
	"example.com/lastgood/internal/schema"
	"example.com/lastgood/internal/schema/schematest"
)

// hunted has a secret in every position.
type hunted struct {
	Name   string `validate:"max=12"`
	Port   int    `validate:"max=70000"`
	Level  string `validate:"omitempty,oneof=debug info"`
	Labels map[string]string
	Free   any
	Server struct {
		Addr   string `validate:"max=12"`
		Weight int
		Key    config.Secret `validate:"omitempty"`
	}
	Plain   config.Secret
	Tagged  string `secret:"true" validate:"max=13"`
	Pointer *config.Secret
	Kept    config.Secret `reload:"restart"`
	Bytes   []byte        `secret:"true"`
	List    []config.Secret
	Map     map[string]config.Secret
	Tokens  map[string]string `secret:"true" validate:"dive,max=13"`
	Number  int               `secret:"true" validate:"max=999999999"`
	Section struct {
		User string `validate:"max=13"`
		Pin  int
		List []string
		Deep struct{ Keys map[string]string }
		Free any
	} `secret:"true"`
	Items []struct {
		Label string `validate:"max=9"`
		Token config.Secret
	}
	Part *struct {
		Token config.Secret
		Note  string
	}
	Zones map[string]struct {
		Token  config.Secret
		Weight int
	}
	Inlined
}

// Inlined is embedded.
type Inlined struct {
	Inner string `secret:"true"`
}

// Validate rejects some ports, with a text that contains all secrets in many notations.
func (h *hunted) Validate() error {
	if h.Port%2 == 0 {
		return nil
	}
	pointer := ""
	if h.Pointer != nil {
		pointer = h.Pointer.Reveal()
	}
	return errors.Join(
		fmt.Errorf("cannot use %s, %q, %x and %v", h.Plain.Reveal(), h.Tagged, pointer, h.Bytes),
		fmt.Errorf("nor %q, %+v and %v", h.Tokens, h.Section, h.Inlined),
		fmt.Errorf("nor %d, %x, %e and %s", h.Number, h.Section.Pin, float64(h.Number), base64.StdEncoding.EncodeToString([]byte("user:"+h.Inner))),
		fmt.Errorf("nor %s", strings.ToUpper(h.Tagged+h.Kept.Reveal())),
		config.KeyError("tokens."+h.Tagged, errors.New("no")),
		config.KeyError("nowhere."+h.Inner, strconv.ErrSyntax),
	)
}

// huntedPlain has secrets, but none with keys of its own.
type huntedPlain struct {
	Name, Level string
	Port        int `validate:"max=70000"`
	Labels      map[string]string
	Free        any
	Server      struct {
		Addr   string `validate:"max=12"`
		Weight int
		Key    config.Secret
	}
	Plain, Inner, Kept config.Secret
	Pointer            *config.Secret
	Tagged             string   `secret:"true" validate:"max=13"`
	Bytes              []byte   `secret:"true"`
	Number             int      `secret:"true"`
	List               []string `secret:"true"`
	Items              []struct {
		Label string `validate:"max=9"`
		Token config.Secret
	}
}

// FuzzSecretHunt searches all output for documents with typing errors for the secrets in them.
// Excepted are secrets that a typing error in a valid document made the value of a key that is
// not secret, which cannot be detected.
func FuzzSecretHunt(f *testing.F) {
	for seed := range uint64(40) {
		f.Add(seed)
	}
	full := newHunter(f, func(h *hunted) string { return h.Tagged }, nil)
	plain := newHunter(f, func(h *huntedPlain) string { return h.Tagged }, []string{"map", "tokens", "section", "part", "zones"})
	f.Fuzz(func(t *testing.T, seed uint64) {
		full.hunt(t, seed)
		plain.hunt(t, seed)
	})
}

// hunter has a store for each format, which serves a good document.
type hunter[T any] struct {
	schema   *schema.Type
	without  []string        // keys that T has no field for
	secret   func(*T) string // one of T's secrets
	stores   map[string]*config.Store[T]
	paths    map[string]string
	log      journal
	rejected chan struct{}
}

func newHunter[T any](tb testing.TB, secret func(*T) string, without []string) *hunter[T] {
	h := &hunter[T]{schema: schematest.Of[T](tb), without: without, secret: secret, stores: map[string]*config.Store[T]{}, paths: map[string]string{},
		rejected: make(chan struct{}, 1)}
	for _, format := range []string{"yaml", "toml", "json"} {
		h.paths[format] = filepath.Join(tb.TempDir(), "c."+format)
		put(tb, h.paths[format], h.document(&docWriter{Rand: rand.New(rand.NewPCG(1, 1))}, format))
		s, err := config.Open[T](config.WithFile(h.paths[format]), config.WithoutWatch(), logTo(&h.log))
		if err != nil {
			tb.Fatal(err)
		}
		tb.Cleanup(s.Close)
		s.OnReject(func(err *config.Error) {
			defer func() {
				select {
				case h.rejected <- struct{}{}:
				default: // it was not waited for
				}
			}()
			panic(fmt.Sprint("rejected: ", err.Unwrap(), secret(s.Current())))
		})
		h.stores[format] = s
	}
	return h
}

// document returns a good document.
func (h *hunter[T]) document(w *docWriter, format string) string {
	all := huntDocument(w.Rand)
	return w.document(format, slices.DeleteFunc(all, func(e entry) bool { return slices.Contains(h.without, e.key) }))
}

// hunt checks a document with typing errors, and reloads it into a store.
func (h *hunter[T]) hunt(t *testing.T, seed uint64) {
	t.Helper()
	w := &docWriter{Rand: rand.New(rand.NewPCG(seed, 0))}
	format := []string{"yaml", "yaml", "toml", "json"}[w.IntN(4)]
	text := h.document(w, format)
	for range 1 + w.IntN(3) {
		text = w.mistype(text)
	}
	if h.isOpen("c."+format, text) {
		return
	}
	path := h.paths[format]
	put(t, path, text)
	var out bytes.Buffer
	sayError(&out, config.Check[T](config.WithFile(path), config.WithCheck(func(_ context.Context, _, c *T) error {
		if w.IntN(4) == 0 {
			panic(errors.New(h.secret(c)))
		}
		return nil
	})))
	s := h.stores[format]
	old := s.Current()
	err := s.Reload(t.Context())
	sayError(&out, err)
	if err != nil {
		select {
		case <-h.rejected:
		case <-time.After(time.Millisecond): // the same again is not reported
		}
	}
	for _, v := range []any{s.Settings(), s.Diff(old, s.Current()), s.Status(), s.History(), s.Snapshot().Pending} {
		sayJSON(&out, v)
		fmt.Fprintf(&out, "%+v\n", v)
	}
	fmt.Fprintln(&out, s.CheckHealth())
	out.WriteString(h.log.Take())
	if found := findPrey(out.String()); found != "" {
		t.Errorf("%q is shown for a document in %s\n%s\n\nin\n%s", found, format, text, around(out.String(), found))
	}
}

// sayError writes an error in every way.
func sayError(out *bytes.Buffer, err error) {
	fmt.Fprintf(out, "%v\n%+v\n%q\n", err, err, err)
	var e *config.Error
	if !errors.As(err, &e) {
		return
	}
	sayJSON(out, e)
	slog.New(slog.NewTextHandler(out, nil)).Warn("x", "err", e)
	slog.New(slog.NewJSONHandler(out, nil)).Warn("x", "err", e)
	for _, p := range e.Problems {
		fmt.Fprintf(out, "%v %+v %s %s %s %s %v\n", p, p, p.Code, p.Message, p.Hint, p.Key, p.Origin)
		if p.Excerpt != nil {
			fmt.Fprintf(out, "%+v\n%s\n", *p.Excerpt, p.Excerpt.Text)
		}
	}
}

func sayJSON(out *bytes.Buffer, v any) {
	b, err := json.Marshal(v)
	fmt.Fprintf(out, "%s %v\n", b, err)
}

// findPrey returns a part of a secret that is in a text, or "".
func findPrey(text string) string {
	text = strings.ToLower(text)
	const part = 6
	for i := range len(prey) - part + 1 {
		if part := strings.ToLower(prey[i : i+part]); strings.Contains(text, part) {
			return part
		}
	}
	for _, form := range []string{
		hex.EncodeToString([]byte(prey)), strconv.Itoa(preyNumber), strconv.FormatInt(preyNumber, 16), "9.182736e+08",
		strings.Trim(fmt.Sprint([]byte(prey)), "[]"), base64.StdEncoding.EncodeToString([]byte(prey))[:12],
		base64.StdEncoding.EncodeToString([]byte("user:" + prey))[8:20],
	} {
		if strings.Contains(text, strings.ToLower(form)) {
			return strings.ToLower(form)
		}
	}
	return ""
}

// around returns the lines of a text that contain the part.
func around(text, part string) string {
	var lines []string
	for line := range strings.SplitSeq(text, "\n") {
		if strings.Contains(strings.ToLower(line), part) {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n")
}

// isOpen reports whether a document is valid and has a secret at a key that is not secret.
func (h *hunter[T]) isOpen(name, text string) bool {
	format, _ := doc.FormatOf(name)
	root, problems := doc.Parse(format, []byte(text))
	return len(problems) == 0 && holdsPrey(h.schema, root, false)
}

// holdsPrey reports whether there is a part of a secret in n, of type t, that is not
// meant to be secret there.
func holdsPrey(t *schema.Type, n *doc.Node, secret bool) bool {
	if secret {
		return false
	}
	if n.Kind != doc.Map && n.Kind != doc.List {
		return findPrey(n.Text) != "" && !t.Secrets
	}
	for i := range n.Children {
		child := &n.Children[i]
		inner, hidden := t.Elem, false
		switch t.Kind {
		case schema.Any:
			inner = t
		case schema.Struct:
			f := t.Field(child.Key)
			if f == nil {
				continue // an unknown key shows no value
			}
			inner, hidden = f.Type, f.Secret
		case schema.Scalar:
			continue // not a scalar
		}
		if t.Kind != schema.Struct && findPrey(child.Key) != "" || holdsPrey(inner, &child.Node, hidden) {
			return true
		}
	}
	return false
}
