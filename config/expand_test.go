package config_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/spf13/viper"

	"example.com/lastgood/config"
)

// expanded is a configuration whose texts refer to variables.
type expanded struct {
	Host    string `validate:"max=60"`
	Port    int    `validate:"max=60000"`
	Timeout time.Duration
	Names   []string
	Labels  map[string]string
	Items   []struct{ Name string }
	Any     any
	Token   config.Secret
	Limit   int    `validate:"omitempty,gtfield=Port"`
	Wait    string `reload:"restart"`
	Fail    bool
}

func (e expanded) Validate() error {
	if e.Fail {
		return fmt.Errorf("host %q, %v, %q are not good", e.Host, e.Names, e.Any)
	}
	return nil
}

func TestVariablesThatAreNamedAreExpandedInEveryFormat(t *testing.T) {
	t.Setenv("EXPAND_HOST", "db.example")
	t.Setenv("EXPAND_PORT", "5432")
	t.Setenv("EXPAND_TOKEN", "hunter22")
	for name, content := range map[string]string{
		"c.yaml": "host: ${EXPAND_HOST}\nport: ${EXPAND_PORT}\ntimeout: ${EXPAND_NONE:-90m}\ntoken: ${EXPAND_TOKEN}\nnames: ['x-${EXPAND_HOST}', '$${EXPAND_HOST}']\nlabels: {a: '${EXPAND_HOST}:${EXPAND_PORT}'}\nitems: [{name: '${EXPAND_HOST}'}]\nany: {x: ['${EXPAND_PORT}']}\n",
		"c.toml": "host = '${EXPAND_HOST}'\nport = '${EXPAND_PORT}'\ntimeout = '${EXPAND_NONE:-90m}'\ntoken = '${EXPAND_TOKEN}'\nnames = ['x-${EXPAND_HOST}', '$${EXPAND_HOST}']\nlabels = {a = '${EXPAND_HOST}:${EXPAND_PORT}'}\nitems = [{name = '${EXPAND_HOST}'}]\nany = {x = ['${EXPAND_PORT}']}\n",
		"c.json": `{"host": "${EXPAND_HOST}", "port": "${EXPAND_PORT}", "timeout": "\u0024{EXPAND_NONE:-90m}", "token": "${EXPAND_TOKEN}", "names": ["x-${EXPAND_HOST}", "$${EXPAND_HOST}"], "labels": {"a": "${EXPAND_HOST}:${EXPAND_PORT}"}, "items": [{"name": "${EXPAND_HOST}"}], "any": {"x": ["${EXPAND_PORT}"]}}`,
	} {
		dir := files(t, name, content)
		for way, opt := range map[string]config.Option{"file": config.WithFile(filepath.Join(dir, name)), "directory": config.WithDir(dir)} {
			got := *open[expanded](t, opt, config.WithExpandEnv("EXPAND_*")).Current()
			want := expanded{Host: "db.example", Port: 5432, Timeout: 90 * time.Minute, Token: config.NewSecret("hunter22"), Names: []string{"x-db.example", "${EXPAND_HOST}"},
				Labels: map[string]string{"a": "db.example:5432"}, Items: []struct{ Name string }{{"db.example"}}, Any: map[string]any{"x": []any{"5432"}}}
			if !reflect.DeepEqual(got, want) {
				t.Errorf("%s, %s: %+v, want %+v", name, way, got, want)
			}
		}
	}
}

func TestVariablesAreExpandedInFilesOfACodec(t *testing.T) {
	t.Setenv("EXPAND_HOST", "db.example")
	path := filepath.Join(files(t, "c.props", "host=${EXPAND_HOST}\nlabels.a=${EXPAND_HOST}"), "c.props")
	s := open[expanded](t, config.WithFile(path), config.WithCodec("props", propsCodec{}), config.WithExpandEnv("EXPAND_HOST"))
	if got := s.Current(); got.Host != "db.example" || got.Labels["a"] != "db.example" {
		t.Errorf("%+v", got)
	}
	if o, _ := s.Origin("host"); o.String() != path+" from env EXPAND_HOST" || o.Column != 0 {
		t.Errorf("it comes from %+v", o)
	}
}

// propsCodec reads lines of key=value.
type propsCodec struct{}

var _ viper.Decoder = propsCodec{}

func (propsCodec) Decode(data []byte, into map[string]any) error {
	for line := range strings.SplitSeq(strings.TrimSpace(string(data)), "\n") {
		key, value, _ := strings.Cut(line, "=")
		if section, inner, ok := strings.Cut(key, "."); ok {
			into[section] = map[string]any{inner: value}
		} else {
			into[key] = value
		}
	}
	return nil
}

func TestAReferenceThatCannotBeExpandedIsAProblemAtItsPlace(t *testing.T) {
	t.Setenv("EXPAND_A", "x")
	path := yamlFile(t, "host: ${EXPAND_UNSET}\nport: none\nnames: [a, '${EXPAND_A:-${EXPAND_HIDDEN}}']\nlimit: 5\n")
	_, err := config.Open[expanded](config.WithFile(path), config.WithExpandEnv("EXPAND_A", "EXPAND_UNSET"), config.WithLogger(quiet))
	wantProblems(t, err,
		`c.yaml:1:7 from env EXPAND_UNSET: host: the variable EXPAND_UNSET is not set; set it, or write ${EXPAND_UNSET:-default} [env]`,
		`c.yaml:2:7: port: want an integer, got "none" [type]`,
		`c.yaml:3:12 from env EXPAND_A: names[1]: the default of ${EXPAND_A:-…} has another reference in it; references cannot be nested [env]`)
}

func TestAReferenceToAnotherVariableIsNotExpandedAndLoggedOnce(t *testing.T) {
	t.Setenv("EXPAND_A", "x")
	t.Setenv("EXPAND_SECRET", "hidden value")
	var log journal
	path := yamlFile(t, "host: a\n")
	s := open[expanded](t, config.WithFile(path), config.WithExpandEnv("EXPAND_A"), logTo(&log))
	for _, names := range []string{"[a]", "[b]", "[c]"} {
		got := accepts(t, s, path, "host: x${EXPAND_SECRET}\ntoken: pre${hidden}\nlabels: {'${EXPAND_A}': x}\nnames: "+names+"\n")
		if got.Host != "x${EXPAND_SECRET}" || got.Token.Reveal() != "pre${hidden}" || got.Labels["${EXPAND_A}"] != "x" {
			t.Fatalf("%+v", got)
		}
	}
	for _, want := range []string{"c.yaml:1:7: host: ${EXPAND_SECRET} is not expanded; it is not among the names that WithExpandEnv was given", "c.yaml:2:8: token: what looks like ${NAME} is not expanded"} {
		if strings.Count(log.String(), want) != 1 {
			t.Errorf("%q is not said once in\n%s", want, log.String())
		}
	}
	if strings.Contains(log.String(), "hidden value") || strings.Contains(log.String(), "${hidden}") {
		t.Errorf("logged\n%s", log.String())
	}
}

func TestWithoutTheOptionWhatLooksLikeAReferenceIsWarnedOf(t *testing.T) {
	t.Setenv("DB_PASSWORD", "hunter22")
	var log journal
	path := yamlFile(t, "host: ${DB_PASSWORD}\ntoken: ${DB_PASSWORD}\nnames: ['$${X}']\n")
	s := open[expanded](t, config.WithFile(path), logTo(&log))
	if got := s.Current(); got.Host != "${DB_PASSWORD}" || got.Token.Reveal() != "${DB_PASSWORD}" || got.Names[0] != "$${X}" {
		t.Errorf("%+v", got)
	}
	said := log.String()
	if strings.Count(said, "WARN") != 2 || !strings.Contains(said, "c.yaml:1:7: host: ${DB_PASSWORD} is not expanded; see WithExpandEnv") ||
		!strings.Contains(said, "c.yaml:2:8: token: what looks like ${NAME} is not expanded; see WithExpandEnv") {
		t.Errorf("logged\n%s", said)
	}
}

func TestWhatIsExpandedIsNotExpandedAgain(t *testing.T) {
	t.Setenv("EXPAND_A", "${EXPAND_B} $${EXPAND_B}")
	t.Setenv("EXPAND_B", "no")
	path := yamlFile(t, "host: ${EXPAND_A}\nnames: ['${EXPAND_NONE:-$}{EXPAND_B}']\n")
	got := open[expanded](t, config.WithFile(path), config.WithExpandEnv("EXPAND_*")).Current()
	if got.Host != "${EXPAND_B} $${EXPAND_B}" || got.Names[0] != "${EXPAND_B}" {
		t.Errorf("%+v", got)
	}
}

func TestAVariableCannotChangeTheStructureOfADocument(t *testing.T) {
	t.Setenv("EXPAND_A", "x\nport: 1\nnames: [a]")
	got := open[expanded](t, config.WithFile(yamlFile(t, "host: ${EXPAND_A}\nany: '${EXPAND_A}'\n")), config.WithExpandEnv("EXPAND_A")).Current()
	if want := "x\nport: 1\nnames: [a]"; got.Host != want || got.Port != 0 || got.Any != want {
		t.Errorf("%+v", got)
	}
}

func TestAliasesOfAReferenceAreExpandedOnceEach(t *testing.T) {
	t.Setenv("EXPAND_A", "x")
	s := open[expanded](t, config.WithFile(yamlFile(t, "x-a: &a '${EXPAND_A}'\nx-m: &m {k: '${EXPAND_A}$${EXPAND_A}'}\nhost: *a\nlabels: {<<: *m, o: *a}\nany: *m\n")), config.WithExpandEnv("EXPAND_A"))
	if got := s.Current(); got.Host != "x" || got.Labels["k"] != "x${EXPAND_A}" || got.Labels["o"] != "x" || !reflect.DeepEqual(got.Any, map[string]any{"k": "x${EXPAND_A}"}) {
		t.Errorf("%+v", got)
	}
	if v, _ := s.Value("labels.k"); v != "${EXPAND_A}$${EXPAND_A}" {
		t.Errorf("shown as %q", v)
	}
}

func TestWhatVariablesGiveADocumentIsBounded(t *testing.T) {
	t.Setenv("EXPAND_A", strings.Repeat("x", 100_000))
	path := yamlFile(t, "any:\n"+strings.Repeat("- ${EXPAND_A}${EXPAND_A}\n", 100))
	_, err := config.Open[expanded](config.WithFile(path), config.WithExpandEnv("EXPAND_A"), config.WithLogger(quiet))
	if e := (*config.Error)(nil); !errors.As(err, &e) || e.Problems[0].Code != config.CodeTooLarge || len(err.Error()) > 10_000 {
		t.Errorf("%.300v", err)
	}
}

// No output contains the value of a variable: expanded values are shown as written.
func TestNoOutputShowsWhatWasExpanded(t *testing.T) {
	t.Setenv("EXPAND_A", marker+"-env")
	t.Setenv("EXPAND_N", "9999")
	o := &outputs{t: t}
	var log journal
	good := "host: ${EXPAND_A}\nnames: ['${EXPAND_A}', b]\nlabels: {a: 'x${EXPAND_A}x'}\nitems: [{name: '${EXPAND_A}'}]\nany: {x: ['${EXPAND_A}']}\ntoken: ${EXPAND_A}\nwait: ${EXPAND_A}\nlimit: 10000\n"
	path := yamlFile(t, good)
	s := open[expanded](t, config.WithFile(path), config.WithExpandEnv("EXPAND_*"), logTo(&log))
	old := s.Current()
	if old.Host != marker+"-env" || old.Token.Reveal() != marker+"-env" {
		t.Fatalf("%+v", old)
	}
	tell := func(what string) {
		o.json(what+": settings", s.Settings())
		for _, set := range s.Settings() {
			o.add(what+": a setting", set.String())
		}
		o.json(what+": status", s.Status())
		o.json(what+": history", s.History())
		o.json(what+": pending", s.Snapshot().Pending)
		o.add(what+": pending", fmt.Sprint(s.Snapshot().Pending))
	}
	tell("first")
	for key, want := range map[string]string{"host": "${EXPAND_A}", "names": "[${EXPAND_A} b]", "labels.a": "x${EXPAND_A}x", "items[0].name": "${EXPAND_A}", "token": "[redacted]", "wait": "${EXPAND_A}"} {
		v, ok := s.Value(key)
		if from, _ := s.Origin(key); fmt.Sprint(v) != want || !ok || from.From != "env EXPAND_A" {
			t.Errorf("%s is %v from %v", key, v, from)
		}
	}

	done := make(chan struct{}, 1)
	s.OnChange(func(old, new *expanded) {
		done <- struct{}{}
		panic("no more " + old.Host + old.Names[0] + ", but " + new.Labels["a"])
	})
	accepts(t, s, path, "labels: {a: '${EXPAND_A}'}\nwait: other ${EXPAND_A}\nlimit: 10000\n")
	within(t, done, "the hook")
	eventually(t, "the panic", func() bool { return strings.Contains(log.String(), "a hook panicked") })
	tell("second")
	cp := *old
	for what, pair := range map[string][2]*expanded{"a diff": {old, s.Current()}, "a diff to nothing": {old, nil}, "a diff from nothing": {nil, s.Current()}, "a diff of a copy": {&cp, s.Current()}} {
		o.json(what, s.Diff(pair[0], pair[1]))
		o.add(what, fmt.Sprint(s.Diff(pair[0], pair[1])))
	}
	changes := fmt.Sprint(s.Diff(old, s.Current()))
	for _, want := range []string{`host: "${EXPAND_A}" -> ""`, `labels.a: "x${EXPAND_A}x" -> "${EXPAND_A}"`, `names: ["${EXPAND_A}","b"] -> not set`} {
		if !strings.Contains(changes, want) {
			t.Errorf("%s is not in %s", want, changes)
		}
	}

	for what, content := range map[string]string{
		"a type":          "port: ${EXPAND_A}\n",
		"a duration":      "timeout: x${EXPAND_A}\n",
		"a type in a map": "items: ['${EXPAND_A}']\n",
		"a rule":          "host: ${EXPAND_A}" + strings.Repeat("x", 60) + "\n",
		"another field":   "port: ${EXPAND_N}\nlimit: 3\n",
		"both fields":     "port: 59999\nlimit: '${EXPAND_N}'\n",
		"a method":        good + "fail: true\n",
		"an unknown key":  "hots: ${EXPAND_A}\n",
		"a conflict":      "host: {a: '${EXPAND_A}'}\n",
		"syntax":          "host: ${EXPAND_A}\nport: [\n",
		"unset":           "host: ${EXPAND_A}${EXPAND_UNSET}\n",
		"nested":          "host: ${EXPAND_A:-${EXPAND_A}}\n",
		"a key":           "${EXPAND_A}: x\n",
		"a path":          "token_file: /nowhere/${EXPAND_A}\n",
		"another path":    "token_file: ${EXPAND_A}\n",
	} {
		put(t, path, content)
		err := s.Reload(t.Context())
		o.error(what, err)
		if strings.Contains(fmt.Sprint(err), "9999,") || strings.Contains(fmt.Sprint(err), "is 9999") {
			t.Errorf("%s: %v", what, err)
		}
	}
	put(t, path, good)
	for what, check := range map[string]func(*expanded) error{
		"a check's error": func(c *expanded) error {
			return errors.New("refused " + strings.ToUpper(c.Host) + " and " + c.Labels["a"])
		},
		"a check's key":    func(c *expanded) error { return config.KeyError("host", errors.New(c.Host)) },
		"a check's panic":  func(c *expanded) error { panic(c.Names[0]) },
		"a check's quoted": func(c *expanded) error { return fmt.Errorf("refused %q", c.Any) },
	} {
		o.error(what, config.Check[expanded](config.WithFile(path), config.WithExpandEnv("EXPAND_*"), config.WithLogger(quiet),
			config.WithCheck(func(_ context.Context, _, c *expanded) error { return check(c) })))
	}
	o.add("the log", log.String())
}

func TestAMessageHasAnExpandedValueAsItIsWritten(t *testing.T) {
	t.Setenv("EXPAND_N", "99999")
	path := yamlFile(t, "port: ${EXPAND_N}\nlimit: 3\ntimeout: ${EXPAND_N}\n")
	_, err := config.Open[expanded](config.WithFile(path), config.WithExpandEnv("EXPAND_N"), config.WithLogger(quiet))
	wantProblems(t, err,
		`c.yaml:1:7 from env EXPAND_N: port: must be 60000 or less, got "${EXPAND_N}" [max]`,
		`c.yaml:2:8: limit: must be greater than port, got 3; port is "${EXPAND_N}" (c.yaml:1:7 from env EXPAND_N) [gtfield]`,
		`c.yaml:3:10 from env EXPAND_N: timeout: want a duration such as 300ms, 5s or 1h30m, got "${EXPAND_N}"; a duration needs a unit [type]`)
}

func TestAnExpandedValueThatWaitsForARestartIsShownAsItIsWritten(t *testing.T) {
	t.Setenv("EXPAND_A", marker)
	path := yamlFile(t, "wait: ${EXPAND_A}\n")
	s := open[expanded](t, config.WithFile(path), config.WithExpandEnv("EXPAND_A"))
	for range 2 { // the running value is retained repeatedly
		accepts(t, s, path, "wait: b\n")
		if got := fmt.Sprint(s.Snapshot().Pending); got != fmt.Sprintf(`[wait: "${EXPAND_A}" -> "b" (%s:1:7)]`, path) || s.Current().Wait != marker {
			t.Errorf("%s waits", got)
		}
		if v, _ := s.Value("wait"); v != "${EXPAND_A}" {
			t.Errorf("shown as %v", v)
		}
		accepts(t, s, path, "wait: b\nhost: x\n")
	}
}

func TestTheApplicationsViperHasWhatWasExpanded(t *testing.T) {
	t.Setenv("EXPAND_A", "x")
	s := open[expanded](t, config.WithFile(yamlFile(t, "host: ${EXPAND_A}\n")), config.WithExpandEnv("EXPAND_A"))
	if got := s.Viper().GetString("host"); got != "x" {
		t.Errorf("%q", got)
	}
}

func TestWhatIsStoredIsStoredAsItIsWritten(t *testing.T) {
	t.Setenv("EXPAND_NAME", marker)
	t.Setenv("EXPAND_TOKEN", marker+"-token")
	l := newLives(t, "")
	l.opts = []config.Option{config.WithExpandEnv("EXPAND_*")}
	l.live(t, "port: 80\nname: ${EXPAND_NAME}\ntoken: ${EXPAND_TOKEN}\n")
	stored := 0
	must(t, filepath.WalkDir(l.dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		if stored += strings.Count(string(data), "${EXPAND_NAME}"); strings.Contains(string(data), marker) {
			t.Errorf("%s has the value of a variable:\n%s", path, data)
		}
		return err
	}))
	if stored == 0 {
		t.Error("nothing is stored")
	}
	t.Setenv("EXPAND_NAME", "now")
	if s := l.fallsBack(t, "port: x\n", 80); s.Current().Name != "now" || s.Current().Token.Reveal() != marker+"-token" {
		t.Errorf("%+v", s.Current())
	}
}

func TestADefaultOrATextAroundAReferenceMayBeASecretThatIsNotStored(t *testing.T) {
	t.Setenv("EXPAND_TOKEN", "x")
	for _, token := range []string{"${EXPAND_NONE:-hunter2}", "hunter2${EXPAND_TOKEN}"} {
		l := newLives(t, "")
		l.opts = []config.Option{config.WithExpandEnv("EXPAND_*")}
		l.live(t, "port: 80\ntoken: "+token+"\n")
		if !strings.Contains(l.log.String(), "is not stored") {
			t.Errorf("%s is stored:\n%s", token, l.log)
		}
	}
}

func TestWrongNamesOfVariablesAreErrors(t *testing.T) {
	path := yamlFile(t, "host: a\n")
	for want, opt := range map[string][]config.Option{
		"config: WithExpandEnv: no name is given":                                                         {config.WithExpandEnv()},
		`config: WithExpandEnv: "*" would be all of the environment; give names, or a prefix as in APP_*`: {config.WithExpandEnv("A", "*")},
		`config: WithExpandEnv: "a b" is neither the name of a variable nor a prefix as in APP_*`:         {config.WithExpandEnv("a b")},
		"config: WithExpandEnv: names were given already; give all of them at once":                       {config.WithExpandEnv("A"), config.WithExpandEnv("B")},
	} {
		if _, err := config.Open[expanded](append(opt, config.WithFile(path))...); fmt.Sprint(err) != want {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

func TestTheSchemaTakesReferencesWhereTheyAreExpanded(t *testing.T) {
	t.Parallel()
	with, err := config.JSONSchema[expanded](config.WithExpandEnv("A"))
	must(t, err)
	without, err := config.JSONSchema[expanded]()
	must(t, err)
	if !strings.Contains(string(with), `"pattern": "\\$\\{[A-Za-z_]"`) || strings.Contains(string(without), `\\$\\{`) {
		t.Errorf("with:\n%s\nwithout:\n%s", with, without)
	}
}
