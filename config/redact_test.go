package config_test

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"example.com/lastgood/config"
)

// vault has secrets that user code quotes.
type vault struct {
	Name     string `validate:"max=70"`
	Password string `secret:"true"`
	Kept     string `secret:"true" reload:"restart"`
	Pin      int    `secret:"true"`
	Raw      []byte `secret:"true"`
	Tokens   map[string]string
	Secrets  map[string]string `secret:"true"`
	Port     int
}

// Validate quotes the secret that a test selects.
func (v *vault) Validate() error {
	switch v.Name {
	case "quote":
		return fmt.Errorf("not %s, %q, %d, %x, %v or %s", v.Password, v.Password, v.Pin, v.Pin, v.Raw, v.Kept)
	case "trimmed":
		return errors.New(strings.TrimSpace(v.Password))
	case "line":
		_, second, _ := strings.Cut(v.Password, "\n")
		return errors.New(strings.TrimSuffix(second, "\n"))
	case "library":
		_, err := netip.ParseAddr(v.Password)
		return err
	case "length":
		_ = v.Password[len(v.Name)*len(v.Name):]
	}
	return nil
}

// shows returns all output of an error, for people and for tools.
func shows(err error) string {
	o := outputs{t: new(testing.T)}
	o.error("an error", err)
	return o.text.String()
}

// wantHidden wants an error that shows none of the texts.
func wantHidden(t *testing.T, err error, hidden ...string) {
	t.Helper()
	if err == nil {
		t.Error("there is no error")
		return
	}
	for _, text := range hidden {
		if all := shows(err); strings.Contains(all, text) {
			t.Errorf("%q is shown:\n%s", text, all)
		}
	}
}

func TestTextsOfValidateHaveEveryFormOfASecretTakenOut(t *testing.T) {
	for document, hidden := range map[string][]string{
		"name: quote\npassword: hunter2\npin: 0x11170\nraw: hunter3\nkept: hunter4\n": {"hunter2", "70000", "11170", "104 117", "hunter4"},
		"name: trimmed\npassword: |\n  hunter2\n":                                     {"hunter2"},
		"name: line\npassword: |\n  first\n  hunter2\n":                               {"hunter2"},
		"name: library\npassword: 1.2.3.hunter2\n":                                    {"hunter2"},
	} {
		wantHidden(t, config.Check[vault](config.WithFile(yamlFile(t, document))), hidden...)
	}
}

func TestAPanicRevealsNoLengths(t *testing.T) {
	var log journal
	path := yamlFile(t, "password: hunter2\n")
	s := open[vault](t, config.WithFile(path), config.WithoutWatch(), logTo(&log))
	called := make(chan struct{})
	s.OnChange(func(_, new *vault) { _ = new.Password[len(new.Name)+100:] })
	s.OnChange(func(_, _ *vault) { close(called) })
	accepts(t, s, path, "password: hunter2\nname: a\n")
	within(t, called, "the second hook")
	put(t, path, "password: hunter2\nname: length\n")
	e, ok := errors.AsType[*config.Error](s.Reload(t.Context()))
	if !ok || strings.ContainsAny(e.Problems[0].Message, "0123456789") || !strings.Contains(e.Problems[0].Message, "out of range") {
		t.Errorf("got %+v", e)
	}
	if text := log.String(); !strings.Contains(text, "out of range") || strings.Contains(text, "[101:7]") || strings.Contains(text, "with length 7") {
		t.Errorf("the log is %s", text)
	}
}

func TestWhatIsRunningIsTakenOutOfTheTextsOfChecks(t *testing.T) {
	path := yamlFile(t, "password: old-hunter2\nkept: old-hunter3\npin: 70000\nsecrets: {old-hunter4: x}\n")
	s := open[vault](t, config.WithFile(path), config.WithoutWatch(), config.WithCheck(func(_ context.Context, old, new *vault) error {
		if old == nil {
			return nil
		}
		return errors.Join(
			fmt.Errorf("not from %s to %s, %s, %#x", old.Password, new.Password, old.Kept, old.Pin),
			config.KeyError(`secrets["old-hunter4"]`, fmt.Errorf("no %v", old.Secrets)),
			config.KeyError("old-hunter2", errors.New("no")))
	}))
	put(t, path, "password: new-hunter2\nkept: new-hunter3\n")
	wantHidden(t, s.Reload(t.Context()), "hunter", "70000", "11170")
}

// A kept value is not in the files any more, but Validate is called with it.
func TestWhatWaitsForARestartIsTakenOutOfTexts(t *testing.T) {
	path := yamlFile(t, "kept: old-hunter2\n")
	s := open[vault](t, config.WithFile(path), config.WithoutWatch())
	put(t, path, "kept: new-hunter2\nname: quote\n")
	wantHidden(t, s.Reload(t.Context()), "hunter2")
}

func TestThePanicOfAHookForRejectionsIsRedacted(t *testing.T) {
	var log journal
	path := yamlFile(t, "password: old-hunter2\n")
	s := open[vault](t, config.WithFile(path), config.WithoutWatch(), logTo(&log))
	called := make(chan struct{})
	s.OnReject(func(err *config.Error) { panic(fmt.Sprint(s.Current().Password, err.Unwrap())) })
	s.OnReject(func(*config.Error) { close(called) })
	put(t, path, "password: new-hunter2\nname: quote\n")
	if s.Reload(t.Context()) == nil {
		t.Fatal("it is accepted")
	}
	within(t, called, "the second hook")
	if text := log.String(); !strings.Contains(text, "a hook panicked") || strings.Contains(text, "hunter2") {
		t.Errorf("the log is\n%s", text)
	}
}

func TestThePanicOfAHookForRecoveriesIsRedacted(t *testing.T) {
	var log journal
	path := yamlFile(t, "password: hunter2\n")
	s := open[vault](t, config.WithFile(path), config.WithoutWatch(), logTo(&log))
	s.OnRecover(func() { panic(s.Current().Password) })
	put(t, path, "name: [")
	if s.Reload(t.Context()) == nil {
		t.Fatal("it is accepted")
	}
	accepts(t, s, path, "password: hunter2\n")
	eventually(t, "the panic is logged", func() bool { return strings.Contains(log.String(), "a hook panicked") })
	if text := log.String(); strings.Contains(text, "hunter2") {
		t.Errorf("the log is\n%s", text)
	}
}

// A value is cut only after its secrets are removed.
func TestASecretIsTakenOutBeforeAValueIsCut(t *testing.T) {
	long := strings.Repeat("x", 52)
	err := config.Check[vault](config.WithFile(yamlFile(t, "name: "+long+"-hunter2hunter2-and-more\nsecrets: {a: hunter2hunter2}\n")))
	wantHidden(t, err, "hunt")
	// The key of a secret map, too, before there is a value of the type.
	wantHidden(t, config.Check[vault](config.WithFile(yamlFile(t, "port: hunter2\nsecrets: {hunter2: a}\n"))), "hunt")
}

func TestKeysOfSecretMapsAreNotShown(t *testing.T) {
	for name, content := range map[string]string{
		"twice.yaml":      "secrets: {hunter2: a, hunter2: b}\n",
		"twice.json":      `{"secrets": {"hunter2": "a", "hunter2": "b"}}`,
		"twice.toml":      "[secrets]\nhunter2 = 'a'\nhunter2 = 'b'\n",
		"table.toml":      "[secrets.hunter2]\na = 'b'\n[secrets.hunter2]\n",
		"type.yaml":       "secrets: {hunter2: [a]}\n",
		"dedented.yaml":   "secrets:\nhunter2: a\n",
		"no_header.yaml":  "#secrets:\nhunter2: a\n",
		"no_header.toml":  "# [secrets]\nhunter2 = 'a'\n",
		"misspelled.yaml": "secretz: {hunter2: a}\n",
		"misspelled.toml": "secretz.hunter2 = 'a'\n",
	} {
		wantHidden(t, config.Check[vault](config.WithFile(filepath.Join(files(t, name, content), name))), "hunter2")
	}
	for name, value := range map[string]string{
		"APP_SECRETS": `{"hunter2": "a", "hunter2": "b"}`, "APP_SECRETS_": "hunter2=a,hunter2=b", "APP_SECRETS_HUNTER2": "a",
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv(strings.TrimSuffix(name, "_"), value)
			var log journal
			err := config.Check[vault](config.WithEnv("APP"), config.WithoutFile())
			text := fmt.Sprint(err)
			if s, _ := config.Open[vault](config.WithEnv("APP"), config.WithoutFile(), logTo(&log)); s != nil {
				o, _ := s.Origin(`secrets.hunter2`)
				text += fmt.Sprint(s.Settings(), o)
				s.Close()
			}
			if text = strings.ToLower(text + log.String()); strings.Contains(text, "hunter2") || !strings.Contains(text, "app_secrets") {
				t.Errorf("it says %s", text)
			}
		})
	}
}

// Every problem of a document that does not parse has an excerpt, and none shows a value.
func TestTheShapeIsShownOfALineThatDoesNotParse(t *testing.T) {
	for _, tt := range [][3]string{
		{"c.yaml", "password: hunter2: x\n", "…: …: …"},
		{"c.yaml", "name: \"hunter2\n", "name: \"…"},
		{"c.yaml", "name: a\n&x secrets:\n  name: first\n  name: hunter2\n", "  name: …"},
		{"c.yaml", "secrets:\n  ? hunter2\n  : a\n  ? hunter2\n", "  ? …"},
		{"c.yaml", "password: !hunter2 x\n", "…: !… …"},
		{"c.yaml", "パスワード: hunter2\nname: @x\n", "name: @…"},
		{"c.yaml", "password: *hunter2\n", "…: *…"},
		{"c.yaml", "password: |\n  a\n hunter2\nb", "…"},
		{"c.yaml", "name: a\r\npassword: hunter2: x\r\n", "…: …: …"},
		{"c.yaml", "{name: a, password: hunter2, port: ]}\n", "{name: …, …: …, port: ]}"},
		{"c.toml", "[secrets]\nname = \"hunter2\" \"\n", "name = \"…\" \""},
		{"c.toml", "[secrets]\nname = hunter2\n", "name = …"},
		{"c.toml", "secrets.hunter2 = x\n", "… = …"},
		{"c.toml", "password = '''\nhunter2\n", "… = '''"},
		{"c.json", "{\"name\": \"a\", \"password\": \"hunter2\" \"port\": 1}", "{\"name\": \"…\", \"…\": \"…\" \"port\": …}"},
		{"c.json", "{\"password\": hunter2}", "{\"…\": …}"},
	} {
		err := config.Check[vault](config.WithFile(filepath.Join(files(t, tt[0], tt[1]), tt[0])))
		e, ok := errors.AsType[*config.Error](err)
		if !ok || e.Problems[0].Code != config.CodeSyntax && e.Problems[0].Code != config.CodeDuplicateKey {
			t.Errorf("%q gives %v", tt[1], err)
			continue
		}
		wantHidden(t, err, "hunter2")
		if p := e.Problems[0]; p.Excerpt == nil || p.Excerpt.Text != tt[2] {
			t.Errorf("%q shows %+v, want %q", tt[1], p.Excerpt, tt[2])
		}
	}
}

func TestTheCauseOfAProblemIsWhatTheCodeReturned(t *testing.T) {
	cause := errors.New("about hunter2")
	err := config.Check[vault](config.WithFile(yamlFile(t, "password: hunter2\n")),
		config.WithCheck(func(context.Context, *vault, *vault) error { return cause }))
	if !errors.Is(err, cause) {
		t.Error("the cause cannot be found")
	}
	wantHidden(t, err, "hunter2")
	if err := config.Check[vault](config.WithFile(filepath.Join(t.TempDir(), "c.yaml"))); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("got %v", err)
	}
}

// An unknown key is shown, unless it may be a secret that a typing error moved.
func TestAnUnknownKeyThatMayBeASecretIsNotShown(t *testing.T) {
	type login struct {
		Port     int
		Password string `secret:"true"`
	}
	for document, shown := range map[string]bool{
		"password: a\nhunter2: 1\n":     true,
		"port: 1\nhunter2: {a: b}\n":    true,
		"password:\nhunter2: 1\n":       false,
		"password:\nport: 1\nhunter2: ": true,
		"{password, hunter2: 1}\n":      false,
		"{password hunter2}\n":          false,
		"{port: 1, hunter2}\n":          false,
	} {
		err := config.Check[login](config.WithFile(yamlFile(t, document)))
		if err == nil {
			t.Errorf("%q is accepted", document)
			continue
		}
		if got := strings.Contains(shows(err), "hunter2"); got != shown {
			t.Errorf("%q: the key is shown: %v, want %v\n%v", document, got, shown, err)
		}
	}
}
