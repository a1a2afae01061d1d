package config_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/url"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	toml "github.com/pelletier/go-toml/v2"
	"github.com/spf13/pflag"
	"github.com/spf13/viper"
	"go.yaml.in/yaml/v3"

	"example.com/lastgood/config"
)

const isShown = "[redacted] is shown in the place of a secret, and is not the secret itself; put the secret itself there [type]"

// readBack has secrets in every form.
type readBack struct {
	Token   config.Secret `validate:"required"`
	Tagged  string        `secret:"true" validate:"omitempty,min=20"`
	Pointer *config.Secret
	Number  int    `secret:"true"`
	On      bool   `secret:"true"`
	Bytes   []byte `secret:"true"`
	List    []config.Secret
	Map     map[string]config.Secret
	Texts   map[string]string `secret:"true"`
	Section struct {
		Name string
		List []string
		Deep map[string]int
	} `secret:"true"`
	Items []struct{ Token config.Secret }
	Free  any `secret:"true"`
	Open  string
}

func TestWhatIsShownOfASecretIsNotReadBackFromAFile(t *testing.T) {
	for content, want := range map[string]string{
		"token: '[redacted]'":                          "c.yaml:1:8: token: ",
		"token: ' [REDACTED] '":                        "c.yaml:1:8: token: ",
		"token: [redacted]":                            "c.yaml:1:8: token: ",
		"token: '\"[redacted]\"'":                      "c.yaml:1:8: token: ",
		"token: |\n  [redacted]":                       "c.yaml:1:8: token: ",
		"token: x\ntagged: '[redacted]'":               "c.yaml:2:9: tagged: ",
		"token: x\npointer: '[redacted]'":              "c.yaml:2:10: pointer: ",
		"token: x\nnumber: '[redacted]'":               "c.yaml:2:9: number: ",
		"token: x\nnumber: [redacted]":                 "c.yaml:2:9: number: ",
		"token: x\non: '[redacted]'":                   "c.yaml:2:5: on: ",
		"token: x\nbytes: '[redacted]'":                "c.yaml:2:8: bytes: ",
		"token: x\nlist: '[redacted]'":                 "c.yaml:2:7: list: ",
		"token: x\nlist: [redacted]":                   "c.yaml:2:7: list: ",
		"token: x\nlist: [a, '[redacted]']":            "c.yaml:2:11: list[1]: ",
		"token: x\nlist:\n- [redacted]\n- b":           "c.yaml:3:3: list[0]: ",
		"token: x\nmap: '[redacted]'":                  "c.yaml:2:6: map: ",
		"token: x\nmap: {a: '[redacted]'}":             `c.yaml:2:10: map["…"]: `,
		"token: x\ntexts: '[redacted]'":                "c.yaml:2:8: texts: ",
		"token: x\ntexts: {'[redacted]': a}":           "c.yaml:2:8: texts: ",
		"token: x\nsection: '[redacted]'":              "c.yaml:2:10: section: ",
		"token: x\nsection: {name: '[redacted]'}":      "c.yaml:2:17: section.name: ",
		"token: x\nsection: {list: [b, '[redacted]']}": "c.yaml:2:21: section.list[1]: ",
		"token: x\nsection: {deep: {a: '[redacted]'}}": `c.yaml:2:21: section.deep["…"]: `,
		"token: x\nitems: [{token: '[redacted]'}]":     "c.yaml:2:17: items[0].token: ",
		"token: x\nfree: '[redacted]'":                 "c.yaml:2:7: free: ",
		"token: x\nfree: {a: [b, {c: '[redacted]'}]}":  `c.yaml:2:19: free["…"][1]["…"]: `,
		"x: &mask '[redacted]'\ntoken: *mask":          "",
	} {
		err := config.Check[readBack](config.WithFile(yamlFile(t, content+"\n")))
		if want == "" {
			if !strings.Contains(problems(t, err), isShown) {
				t.Errorf("%s: %s", content, problems(t, err))
			}
			continue
		}
		wantProblems(t, err, want+isShown)
	}
	wantProblems(t, config.Check[readBack](config.WithFile(filepath.Join(files(t, "c.toml", `token = "[redacted]"`), "c.toml"))), "c.toml:1:9: token: "+isShown)
	wantProblems(t, config.Check[readBack](config.WithFile(filepath.Join(files(t, "c.json", `{"token": "[redacted]"}`), "c.json"))), "c.json:1:11: token: "+isShown)
	if err := config.Check[readBack](config.WithFile(yamlFile(t, "token: x\nopen: '[redacted]'\n"))); err != nil {
		t.Errorf("a field that is shown: %v", err)
	}
}

func TestWhatIsShownOfASecretIsNotReadBackFromOtherLayers(t *testing.T) {
	dir, list := t.TempDir(), t.TempDir()
	put(t, filepath.Join(dir, "token"), "[redacted]\n")
	put(t, filepath.Join(list, "list"), "[redacted]\n")
	put(t, filepath.Join(list, "token"), "x\n")
	t.Setenv("A_TOKEN", `"[redacted]"`)
	t.Setenv("B_TOKEN_FILE", filepath.Join(dir, "token"))
	t.Setenv("C_TOKEN", "x")
	t.Setenv("C_LIST", "[redacted]")
	t.Setenv("C_MAP", "a=[redacted]")
	t.Setenv("C_TEXTS", "[redacted]")
	fs := pflag.NewFlagSet("x", pflag.ContinueOnError)
	fs.String("token", "", "")
	if err := fs.Parse([]string{"--token", "[redacted]"}); err != nil {
		t.Fatal(err)
	}
	v := viper.New()
	v.Set("token", "[redacted]")
	for _, layer := range []struct {
		opt  config.Option
		want []string
	}{
		{config.WithEnv("A"), []string{"env A_TOKEN: token: "}},
		{config.WithEnv("B"), []string{"token: token: "}},
		{config.WithEnv("C"), []string{"env C_LIST: list: ", `env C_MAP: map["…"]: `, "env C_TEXTS: texts: "}},
		{config.WithKeyDir(dir), []string{"token: token: "}},
		{config.WithKeyDir(list), []string{"list: list: "}},
		{config.WithFlags(fs), []string{"--token: token: "}},
		{config.WithViper(v), []string{"viper: override or flag: token: "}},
		{config.WithDefaults(readBack{Token: config.NewSecret("[redacted]")}), []string{"WithDefaults: token: "}},
		{config.WithDefaults(readBack{Token: config.NewSecret("x"), Tagged: "[redacted]"}), []string{"WithDefaults: tagged: "}},
		{config.WithDefaults(readBack{Token: config.NewSecret("x"), List: secretsOf("[redacted]")}), []string{"WithDefaults: list: "}},
	} {
		var want []string
		for _, at := range layer.want {
			want = append(want, at+isShown)
		}
		wantProblems(t, config.Check[readBack](layer.opt, config.WithoutFile()), want...)
	}
	type tag struct {
		A config.Secret `default:"[redacted]"`
		S struct {
			B string `default:"[redacted]"`
		} `secret:"true"`
	}
	wantProblems(t, config.Check[tag](config.WithoutFile()),
		"config_test.tag.A: its default: [redacted] is shown in the place of a secret, and is not the secret itself [schema]",
		"config_test.tag.S.B: its default: [redacted] is shown in the place of a secret, and is not the secret itself [schema]")
}

// A higher layer may well bring the secrets that settings, saved as a file, lack.
func TestAMaskThatAHigherLayerReplacesIsNoProblem(t *testing.T) {
	dir := files(t, "token", "the token\n")
	s := open[readBack](t, config.WithFile(yamlFile(t, "token: '[redacted]'\nopen: a\n")), config.WithKeyDir(dir))
	if got := s.Current().Token.Reveal(); got != "the token" {
		t.Errorf("got %q", got)
	}
}

// Whatever a program writes of its configuration, it is no configuration to start with.
func TestAWrittenConfigurationIsNotReadBack(t *testing.T) {
	type section struct {
		Token config.Secret            `json:"token"`
		List  []config.Secret          `json:"list"`
		Map   map[string]config.Secret `json:"map"`
	}
	s := open[section](t, config.WithFile(yamlFile(t, "token: a1b2\nlist: [c3d4]\nmap: {k: e5f6}\n")))
	var settings bytes.Buffer
	for _, x := range s.Settings() {
		fmt.Fprintf(&settings, "%s: %s\n", strings.ReplaceAll(x.Key, `["…"]`, ""), strconv.Quote(fmt.Sprint(x.Value)))
	}
	marshalled := map[string]func() ([]byte, error){
		"c.json": func() ([]byte, error) { return json.Marshal(s.Current()) },
		"c.yaml": func() ([]byte, error) { return yaml.Marshal(s.Current()) },
		"c.toml": func() ([]byte, error) { return toml.Marshal(s.Current()) },
		"s.yaml": func() ([]byte, error) { return settings.Bytes(), nil },
	}
	for name, marshal := range marshalled {
		content, err := marshal()
		if err != nil {
			t.Fatal(err)
		}
		err = config.Check[section](config.WithFile(filepath.Join(files(t, name, string(content)), name)))
		if got := strings.Count(problems(t, err), isShown); got != 3 {
			t.Errorf("%s: %d problems in\n%s\n%v", name, got, content, err)
		}
	}
}

func TestTheMaskOfAURLsPasswordIsNotReadBack(t *testing.T) {
	type upstream struct{ URL url.URL }
	s := open[upstream](t, config.WithFile(yamlFile(t, "url: https://user:hunter2@host/x\n")))
	shown := s.Settings()[0].Value
	wantProblems(t, config.Check[upstream](config.WithFile(yamlFile(t, fmt.Sprintf("url: %s\n", shown)))),
		"c.yaml:1:6: url: the password xxxxx is shown in the place of a URL's password, and is not the password itself; put the secret itself there [type]")
	if err := config.Check[upstream](config.WithFile(yamlFile(t, "url: https://host/:xxxxx@x\n"))); err != nil {
		t.Error(err)
	}
}

// FuzzSecret reads any text as a secret, which comes back as it is, and is not shown.
func FuzzSecret(f *testing.F) {
	f.Add("hunter2hunter2")
	f.Add("[redacted]")
	f.Add("")
	f.Add("\x00\u2028\"'\\<&>")
	f.Fuzz(func(t *testing.T, text string) {
		var s config.Secret
		if err := s.UnmarshalText([]byte(text)); err != nil {
			if !strings.Contains(strings.ToLower(text), "[redacted]") || !s.IsZero() {
				t.Errorf("%q is refused: %v", text, err)
			}
			return
		}
		if s.Reveal() != text || s != config.NewSecret(text) || s.IsZero() != (text == "") {
			t.Errorf("%q comes back as %q", text, s.Reveal())
		}
		document, err := json.Marshal(map[string]any{"token": text, "open": "x"})
		if err != nil {
			t.Fatal(err)
		}
		var back struct{ Token config.Secret }
		if err := json.Unmarshal(document, &back); err != nil || back.Token.Reveal() != strings.ToValidUTF8(text, "\ufffd") && strings.ToValidUTF8(text, "") == text {
			t.Errorf("%q is read from JSON as %q: %v", text, back.Token.Reveal(), err)
		}
		if got, want := written(s), written(config.NewSecret("x")); got != want {
			t.Errorf("%q is not written as any other secret is: %s", text, got)
		}
	})
}

// written returns the output of fmt and of encoders for a secret.
func written(s config.Secret) string {
	text := fmt.Sprintf("%v %+v %#v %q %x %d", s, s, s, s, s, s)
	for _, name := range []string{"JSON", "YAML", "TOML", "gob"} {
		text += encoders[name](s)
	}
	return text
}
