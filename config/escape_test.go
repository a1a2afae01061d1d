package config_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/spf13/pflag"
	"github.com/spf13/viper"

	"example.com/lastgood/config"
	"example.com/lastgood/internal/redact"
	"example.com/lastgood/internal/testkit"
)

// hostileText contains characters of every kind that control a terminal, a log or a browser, or
// are invisible. All of them are valid in the name of a file.
const hostileText = "a\nFORGED\r\n::error file=x::FORGED\t\x1b[31m\x1b]0;title\a\x7f\u0085\u009b2J\u2028FORGED\u2029" +
	"\u202a\u202e\u2066\u2069\u200e\u200f\u061c\u200b\u200c\u200d\u2060\ufeff\u00ad\u00a0\u115f\u3164\ufe0f\u2800\U000e0041"

// hostileKey is a name that can be one of an environment variable and of a flag, too.
var hostileKey = strings.ReplaceAll(hostileText, "=", "-")

// hostileName can be the name of a file, which need not be UTF-8.
const hostileName = hostileText + "\xff\xc3"

// wantPlain checks that a text of several lines contains only visible characters, and no line
// that imitates a line of this package.
func wantPlain(t *testing.T, what, text string) {
	t.Helper()
	for line := range strings.SplitSeq(strings.TrimSuffix(text, "\n"), "\n") {
		if plain := redact.Escape(line); plain != line {
			t.Errorf("%s has what cannot be seen: %s", what, plain)
		}
		if start := strings.TrimSpace(line); strings.HasPrefix(start, "FORGED") || strings.HasPrefix(start, "::") {
			t.Errorf("%s has a forged line: %s", what, line)
		}
	}
}

// wantPlainJSON wants the same of a value's JSON, and that it means the same as ever.
func wantPlainJSON(t *testing.T, what string, v any) {
	t.Helper()
	for name, marshal := range map[string]func(any) ([]byte, error){
		"json.Marshal": json.Marshal,
		"an encoder": func(v any) ([]byte, error) {
			var b strings.Builder
			e := json.NewEncoder(&b)
			e.SetEscapeHTML(false)
			err := e.Encode(v)
			return []byte(b.String()), err
		},
	} {
		data, err := marshal(v)
		if err != nil {
			t.Errorf("%s: %v", what, err)
		}
		wantPlain(t, what+" by "+name, string(data))
	}
}

// wantPlainError wants it of all that an error can be shown as.
func wantPlainError(t *testing.T, what string, err error) {
	t.Helper()
	rejected, ok := errors.AsType[*config.Error](err)
	if !ok {
		t.Errorf("%s: got %v", what, err)
		return
	}
	wantPlain(t, what, err.Error())
	wantPlain(t, what+" in a struct", fmt.Sprintf("%v %+v", struct{ Err error }{err}, rejected.Problems))
	wantPlainJSON(t, what, rejected)
	for _, p := range rejected.Problems {
		wantPlain(t, what+", one problem", p.String())
		wantPlain(t, what+", its message", p.Message)
		wantPlain(t, what+", its hint", p.Hint)
		wantPlain(t, what+", its place", p.Origin.String())
		wantPlainJSON(t, what+", its place", p.Origin)
		if p.Excerpt != nil {
			wantPlain(t, what+", its line", p.Excerpt.Text)
			wantPlain(t, what+", its excerpt", p.Excerpt.String())
		}
	}
	for name, handler := range map[string]func(*journal) slog.Handler{
		"text": func(j *journal) slog.Handler { return slog.NewTextHandler(j, nil) },
		"JSON": func(j *journal) slog.Handler { return slog.NewJSONHandler(j, nil) },
		"own":  func(j *journal) slog.Handler { return &rawHandler{Log: j} },
	} {
		var log journal
		slog.New(handler(&log)).Warn("rejected", "err", err, "problems", rejected.Problems)
		wantPlain(t, what+", logged as "+name, log.String())
	}
}

// rawHandler is a handler of a caller's that writes everything as it is, one attribute
// in a line.
type rawHandler struct {
	*testkit.Log
	mu sync.Mutex
}

func (*rawHandler) Enabled(context.Context, slog.Level) bool { return true }
func (h *rawHandler) WithAttrs([]slog.Attr) slog.Handler     { return h }
func (h *rawHandler) WithGroup(string) slog.Handler          { return h }

func (h *rawHandler) Handle(_ context.Context, r slog.Record) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	_, _ = fmt.Fprintln(h.Log, "msg", r.Message)
	r.Attrs(func(a slog.Attr) bool { h.attr(a); return true })
	return nil
}

func (h *rawHandler) attr(a slog.Attr) {
	if a.Key == "stack" { // the runtime's own, of many lines
		return
	}
	value := a.Value.Resolve()
	if value.Kind() == slog.KindGroup {
		for _, inner := range value.Group() {
			h.attr(inner)
		}
		return
	}
	_, _ = fmt.Fprintln(h.Log, "attr", a.Key, fmt.Sprintf("%+v", value.Any()))
}

type exposed struct {
	Name     string `validate:"max=600"`
	Count    int
	List     []string
	Map      map[string]string
	Sections map[string]struct {
		N int
		P config.Secret
	}
	Any   any
	Keep  string `reload:"restart"`
	Text  refusing
	Ratio float64 `validate:"max=3"`
	Plain string  `validate:"omitempty,alpha"`
}

// refusing is a text whose decoding error quotes it.
type refusing struct{ text string }

func (r *refusing) UnmarshalText(text []byte) error {
	if r.text = string(text); strings.HasPrefix(r.text, "a\n") {
		return errors.New("not " + r.text)
	}
	return nil
}

func (r refusing) MarshalText() ([]byte, error) { return []byte(r.text), nil }

// Validate quotes.
func (e exposed) Validate() error {
	switch e.Name {
	case "tell":
		return errors.New(hostileName)
	case "tell a key":
		return config.KeyError(hostileName, errors.New(hostileName))
	case "tell two":
		return errors.Join(config.KeyError("map", errors.New(hostileName)), fmt.Errorf("%w\nand more", errors.New(hostileName)))
	}
	return nil
}

func TestProblemsShowNothingThatActsOnATerminal(t *testing.T) {
	quoted := fmt.Sprintf("%q", hostileText)
	for what, content := range map[string]string{
		"an unknown key":              quoted + ": 1",
		"an unknown key in a section": "sections: {" + quoted + ": {" + quoted + ": 1}}",
		"a value of the wrong type":   "count: " + quoted,
		"a value against a rule":      "plain: " + quoted,
		"a key twice":                 "map: {" + quoted + ": 1, " + quoted + ": 2}",
		"a key of a map":              "sections: {" + quoted + ": {n: x}}",
		"a value that is refused":     "text: " + quoted,
		"a Validate method":           "name: tell",
		"a Validate method's key":     "name: tell a key",
		"two errors of one":           "name: tell two",
		"raw in a broken line":        "name: [\u202e\u2066\u200b\u3164" + "\ufe0f ]]",
		"raw in a line":               "name: a\ncount: \u202e\u2066\u2028\u0085\u200b\u3164\ufeff x",
		"controls":                    "name: \x1b[31m",
		"not UTF-8":                   "name: \xff",
		"nothing":                     "",
		"a long line":                 "count: \"" + strings.Repeat("\u202e", 300) + "\"",
	} {
		dir := files(t, hostileName+".yaml", content)
		wantPlainError(t, what, config.Check[exposed](config.WithFile(filepath.Join(dir, hostileName+".yaml"))))
	}
}

func TestProblemsOfLayersShowNothingThatActsOnATerminal(t *testing.T) {
	flags := pflag.NewFlagSet("", pflag.ContinueOnError)
	flags.String("count", "", "")
	if err := flags.Set("count", hostileName); err != nil {
		t.Fatal(err)
	}
	settings := viper.New()
	settings.Set("count", hostileName)
	settings.Set("sections", map[string]any{hostileName: map[string]any{"n": hostileName}})
	dir := files(t, hostileName, "x", "count", hostileName, "list.yaml", "map: [a]", hostileName+".yaml", "map: {a: b}", hostileName+".txt", "x")
	if err := os.Mkdir(filepath.Join(dir, hostileName+".d"), 0o700); err != nil {
		t.Fatal(err)
	}
	for what, opts := range map[string][]config.Option{
		"no file":             {config.WithFile(filepath.Join(dir, hostileName, hostileName+".yaml"))},
		"a directory":         {config.WithFile(filepath.Join(dir, hostileName+".d"))},
		"no format":           {config.WithFile(filepath.Join(dir, hostileName+".txt"))},
		"no directory":        {config.WithDir(filepath.Join(dir, hostileName, hostileName))},
		"files of keys":       {config.WithKeyDir(dir)},
		"files that disagree": {config.WithFile(filepath.Join(dir, hostileName+".yaml"), filepath.Join(dir, "list.yaml"))},
		"a flag":              {config.WithFlags(flags), config.WithoutFile()},
		"a Viper":             {config.WithViper(settings), config.WithoutFile()},
		"a check":             {config.WithoutFile(), config.WithCheck(func(context.Context, *exposed, *exposed) error { return errors.New(hostileName) })},
		"a check that panics": {config.WithoutFile(), config.WithCheck(func(context.Context, *exposed, *exposed) error { panic(hostileName) })},
		"a check with a key": {config.WithoutFile(), config.WithCheck(func(context.Context, *exposed, *exposed) error {
			return config.KeyError(hostileName, errors.New(hostileName))
		})},
		"a check with no key":  {config.WithoutFile(), config.WithCheck(func(context.Context, *exposed, *exposed) error { return config.KeyError("", errors.New("")) })},
		"a default":            {config.WithoutFile(), config.WithDefaults(exposed{Plain: hostileText, Map: map[string]string{hostileName: hostileName}})},
		"a file of a variable": {config.WithoutFile(), config.WithEnv("X")},
		"strict variables":     {config.WithoutFile(), config.WithEnv("X"), config.WithStrictEnv()},
	} {
		if strings.Contains(what, "variable") {
			t.Setenv("X_COUNT_FILE", filepath.Join(dir, "count"))
			t.Setenv("X_RATIO", hostileKey)
			t.Setenv("X_"+hostileKey, "1")
		}
		if err := config.Check[exposed](opts...); what != "a check with no key" || err != nil {
			wantPlainError(t, what, err)
		}
	}
}

func TestAStoreShowsNothingThatActsOnATerminal(t *testing.T) {
	quoted := fmt.Sprintf("%q", hostileText)
	content := "name: " + quoted + "\nlist: [" + quoted + "]\nmap: {" + quoted + ": " + quoted + "}\nsections: {" + quoted + ": {n: 1, p: hunter2-hunter2}}\nany: {" + quoted + ": [" + quoted + ", .inf]}\nkeep: " + quoted + "\n"
	t.Setenv("X_"+hostileKey, "1")
	for name, handler := range map[string]func(*journal) slog.Handler{
		"text": func(j *journal) slog.Handler { return slog.NewTextHandler(j, nil) },
		"JSON": func(j *journal) slog.Handler { return slog.NewJSONHandler(j, nil) },
		"own":  func(j *journal) slog.Handler { return &rawHandler{Log: j} },
	} {
		var log journal
		dir := files(t, hostileName+".yaml", "name: x\nkeep: x\n")
		path := filepath.Join(dir, hostileName+".yaml")
		s := open[exposed](t, config.WithFile(path), config.WithEnv("X"), config.WithLogger(slog.New(handler(&log))))
		last := make(chan struct{})
		s.OnChange(func(_, _ *exposed) { panic(hostileName) })
		s.OnChange(func(_, _ *exposed) { close(last) })
		old := s.Current()
		next := accepts(t, s, path, content)
		within(t, last, "the last hook")
		shown := s.Settings()
		for _, setting := range shown {
			wantPlain(t, "a setting", setting.String())
			wantPlainJSON(t, "a setting", setting)
		}
		for _, change := range s.Diff(old, next) {
			wantPlain(t, "a change", change.String())
			wantPlainJSON(t, "a change", change)
		}
		for _, pending := range s.Snapshot().Pending {
			wantPlain(t, "what waits", pending.String())
			wantPlainJSON(t, "what waits", pending)
		}
		if len(s.Snapshot().Pending) == 0 || len(s.Diff(old, next)) < 5 || len(shown) < 8 {
			t.Fatalf("there is too little to see: %v", shown)
		}
		for _, watched := range s.Status().Watch {
			wantPlain(t, "a path", watched.String())
			wantPlainJSON(t, "a path", watched)
		}
		wantPlain(t, "the history", fmt.Sprintf("%+v", s.History()))
		wantPlainJSON(t, "the history", s.History())
		put(t, path, "count: "+quoted+"\nname: [\n")
		wantPlainError(t, "a reload", s.Reload(t.Context()))
		wantPlainError(t, "the health", s.CheckHealth())
		put(t, path, "count: "+quoted)
		wantPlainError(t, "another reload", s.Reload(t.Context()))
		wantPlain(t, "the status", fmt.Sprintf("%+v", s.Status()))
		wantPlainJSON(t, "the status", s.Status())
		wantPlain(t, "the log as "+name, log.String())
		if n := strings.Count(log.String(), "config: "); n < 5 {
			t.Errorf("only %d lines are logged as %s:\n%s", n, name, log.String())
		}
	}
}

// A program may make an excerpt of its own.
func TestAnExcerptOfAnyTextShowsNothingThatActsOnATerminal(t *testing.T) {
	wantPlain(t, "an excerpt", config.Excerpt{Line: 1, Text: hostileName, Column: 1, Width: 1}.String())
}

// Escaped JSON decodes to the original text.
func TestEscapedJSONDecodesToTheOriginal(t *testing.T) {
	want := config.Problem{Code: "x", Key: hostileText, Message: hostileText, Hint: "<&>", Origin: config.Origin{Kind: config.OriginFile, Name: hostileText, Line: 2}}
	data, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	var got config.Problem
	if err := json.Unmarshal(data, &got); err != nil || got != want {
		t.Errorf("got  %#v, %v\nwant %#v", got, err, want)
	}
	if text := string(data); !strings.Contains(text, `\u202e`) || !strings.Contains(text, `\u003c`) {
		t.Errorf("got %s", text)
	}
}

// A program can find the file and the key by the fields.
func TestFieldsThatAProgramActsOnAreNotEscaped(t *testing.T) {
	path := filepath.Join(files(t, hostileName+".yaml", "sections: {a: {n: x}}"), hostileName+".yaml")
	err, ok := errors.AsType[*config.Error](config.Check[exposed](config.WithFile(path)))
	if !ok || err.Problems[0].Origin.Name != path {
		t.Errorf("got %v", err)
	}
}

func TestTextThatCanBeSeenIsShownAsItIs(t *testing.T) {
	const text = "größe 日本語 العربية 👩‍💻 ❤️"
	err := config.Check[exposed](config.WithFile(filepath.Join(files(t, "größe-日本.yaml", text+": 1"), "größe-日本.yaml")))
	if got := fmt.Sprint(err); strings.Count(got, text) != 1 || !strings.Contains(got, "größe-日本.yaml:1:1") {
		t.Errorf("got %s", got)
	}
}
