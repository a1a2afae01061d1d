package configcli_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"example.com/lastgood/config"
	"example.com/lastgood/config/configcli"
	"example.com/lastgood/internal/redact"
	"example.com/lastgood/internal/testkit"
)

// hostileText has characters of every kind on which a terminal, a log or GitHub's runner acts,
// or which it does not show, and the separators of an annotation. It can be the name of a file.
const hostileText = "a\n::error file=x,line=1::FORGED\r\n\t::FORGED\x1b[31m\a\x7f\u0085\u009b2J\u2028FORGED\u2029\u202a\u202e\u2066\u2069\u200e\u200f\u061c" +
	"\u200b\u200c\u200d\u2060\ufeff\u00ad\u00a0\u115f\u3164\ufe0f\u2800\U000e0041%0A,:x##[error]FORGED"

type shown struct {
	Name string
	Text string            `validate:"max=1000"`
	Map  map[string]string `mapstructure:"map"`
	Any  any
}

func (s shown) Validate() error {
	if s.Name == "invalid" {
		return errors.New(hostileText + "\xff")
	}
	return nil
}

// execute runs a command of the type shown, and returns all that it prints.
func execute(t *testing.T, stdin string, args ...string) (out string, err error) {
	t.Helper()
	cmd := configcli.Command[shown](config.WithFile("config.yaml"), config.WithEnv("SHOWN"), config.WithLogger(slog.New(slog.DiscardHandler)))
	var b strings.Builder
	cmd.SetIn(strings.NewReader(stdin))
	cmd.SetOut(&b)
	cmd.SetErr(&b)
	cmd.SetArgs(args)
	err = cmd.ExecuteContext(t.Context())
	return b.String(), err
}

// wantPlain fails the test if an output has invisible characters, or a line on which GitHub's
// runner would act, except our own annotations.
func wantPlain(t *testing.T, what, out string) {
	t.Helper()
	for line := range strings.SplitSeq(strings.TrimSuffix(out, "\n"), "\n") {
		if plain := redact.Escape(line); plain != line {
			t.Errorf("%s has invisible characters: %s", what, plain)
		}
		start := strings.TrimSpace(line)
		if strings.HasPrefix(start, "FORGED") || strings.HasPrefix(start, "::") && !strings.HasPrefix(what, "github") {
			t.Errorf("%s has a forged line: %s", what, line)
		}
		if !strings.HasPrefix(what, "json") && !strings.HasPrefix(what, "github") && !strings.HasPrefix(what, "yaml") && strings.Contains(line, "##[") {
			t.Errorf("%s has a command: %s", what, line)
		}
		if strings.HasPrefix(what, "github") {
			wantAnnotation(t, what, line)
		}
	}
}

// wantAnnotation fails the test if a line is not one workflow command with our properties alone.
func wantAnnotation(t *testing.T, what, line string) {
	t.Helper()
	if line == "" || strings.HasPrefix(line, "Error: ") {
		return
	}
	rest, ok := strings.CutPrefix(line, "::error ")
	if !ok {
		rest, ok = strings.CutPrefix(line, "::warning ")
	}
	properties, _, separated := strings.Cut(rest, "::")
	if !ok || !separated {
		t.Errorf("%s has a line that is no annotation: %s", what, line)
	}
	for i, p := range strings.Split(properties, ",") {
		name, value, _ := strings.Cut(p, "=")
		if !slices.Contains([]string{"file", "line", "col", "title"}, name) || strings.Contains(value, ":") || strings.Contains(value, "=") && name != "file" {
			t.Errorf("%s: property %d is %q in %s", what, i, p, line)
		}
	}
}

func TestCheckPrintsNothingThatActsOnATerminal(t *testing.T) {
	t.Chdir(t.TempDir())
	quoted := fmt.Sprintf("%q", hostileText)
	for name, content := range map[string]string{
		hostileText + ".yaml":           quoted + ": 1",
		"::error::FORGED.yaml":          quoted + ": 1",
		"::notice::FORGED good.yaml":    "name: x",
		"##[error]FORGED.yaml":          "map: 1",
		hostileText + "\xff.yaml":       "text: [",
		"value.yaml":                    "map: " + quoted,
		"twice.yaml":                    "map: {" + quoted + ": a, " + quoted + ": b}",
		"invalid.yaml":                  "name: invalid",
		"raw.yaml":                      "map: \u202e\u2066\u2028\u0085\u200b\u3164\ufe0f ##[error]FORGED",
		"broken.yaml":                   "map: [\u202e\u2066\u200b\u3164\ufe0f ##[error]FORGED ]]",
		"good.yaml":                     "text: " + quoted + "\nany: {" + quoted + ": [" + quoted + "]}\nmap: {" + quoted + ": " + quoted + "}",
		"name.yaml":                     "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: " + quoted + "}\ndata:\n  config.yaml: |\n    name: x\n",
		hostileText + ".map.yaml":       "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: " + quoted + "}\ndata:\n  config.yaml: |\n    map: 1\n  " + quoted + ": x\n",
		"quoted.yaml":                   "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: " + quoted + "}\ndata:\n  config.yaml: " + fmt.Sprintf("%q", quoted+": "+quoted) + "\n",
		"several.yaml":                  "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: " + quoted + "}\ndata: {a.yaml: x, b.yaml: x}\n",
		"kind.yaml":                     "apiVersion: v1\nkind: ConfigMap\ndata: {config.yaml: {" + quoted + ": x}, " + quoted + ": {}}\n",
		hostileText + " none.yaml":      "apiVersion: v1\nkind: ConfigMap\ndata: {x: y}\n",
		"torn.yaml":                     "apiVersion: v1\nkind: ConfigMap\ndata: {config.yaml: '{}'}\n---\n" + quoted + ": [\u202e ##[error]FORGED ]]\n",
		filepath.Join("dir", "ok.yaml"): "{}",
	} {
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		for _, format := range []string{"text", "github", "json"} {
			out, err := execute(t, "", "check", "--format", format, "./"+name)
			outAgain, errAgain := execute(t, "", "check", "--format", format, name)
			wantPlain(t, format+" of "+redact.Escape(name), out)
			wantPlain(t, format+" of "+redact.Escape(name)+" itself", outAgain)
			for _, err := range []error{err, errAgain} {
				if err != nil {
					wantPlain(t, "the error of "+redact.Escape(name), err.Error())
				}
			}
			if format == "json" && err != nil && configcli.ExitCode(err) == 1 && !strings.Contains(out, `"problems"`) {
				t.Errorf("nothing is printed of %q", name)
			}
		}
		out, err := execute(t, content, "check", "-")
		wantPlain(t, "text of stdin", out+fmt.Sprint(err))
	}
	t.Setenv("SHOWN_"+strings.ReplaceAll(hostileText, "=", "-"), "1")
	t.Setenv("SHOWN_MAP", "{"+hostileText)
	for _, args := range [][]string{{"check", "--format", "text", "dir/ok.yaml"}, {"check", "--format", "github", "dir/ok.yaml"}, {"check", "--format", hostileText}, {"check", "--key", hostileText, "name.yaml"}, {"check", "--key", hostileText, "dir/ok.yaml"}, {hostileText}, {"schema", hostileText}, {"--" + hostileText}, {"check", "--" + hostileText}} {
		out, err := execute(t, "", args...)
		if err == nil {
			t.Errorf("%q is fine", args)
			continue
		}
		format := "text"
		if slices.Contains(args, "github") {
			format = "github"
		}
		wantPlain(t, format+" of an environment", out)
		wantPlain(t, "an error", err.Error())
	}
}

func TestShowPrintsNothingThatActsOnATerminal(t *testing.T) {
	t.Chdir(t.TempDir())
	quoted := fmt.Sprintf("%q", hostileText)
	file := hostileText + ".yaml"
	testkit.Write(t, file, "name: 'größe 👩‍💻'\ntext: "+quoted+"\nmap: {"+quoted+": "+quoted+", b: \"1\\n2\\n::error::FORGED\"}\nany: {"+quoted+": ["+quoted+"]}\n")
	for _, format := range []string{"table", "yaml", "json"} {
		out, err := execute(t, "", "show", "--format", format, file)
		if err != nil || strings.Count(out, "FORGED") < 3 || !strings.Contains(out, "größe") {
			t.Fatalf("%s: %v\n%s", format, err, out)
		}
		wantPlain(t, format, out)
		if format == "yaml" {
			var got shown
			if err := yaml.Unmarshal([]byte(out), &got); err != nil || got.Text != hostileText || got.Map[hostileText] != hostileText || got.Map["b"] != "1\n2\n::error::FORGED" {
				t.Errorf("the YAML is read as %+q, %v", got, err)
			}
		}
		if format == "json" {
			var got []config.Setting
			if err := json.Unmarshal([]byte(out), &got); err != nil || got[1].Value != hostileText {
				t.Errorf("the JSON is read as %+q, %v", got, err)
			}
		}
	}
	testkit.Write(t, file, "text: "+quoted+"\n"+quoted+": 1\n")
	out, err := execute(t, "", "show", file)
	if err == nil {
		t.Error("a bad configuration is shown")
	}
	wantPlain(t, "text of a bad one", out)
}

func TestCommandPanicsForAnOptionThatIsNil(t *testing.T) {
	defer func() {
		if got := fmt.Sprint(recover()); !strings.Contains(got, "configcli: Command: option 2 is nil") {
			t.Errorf("panic: %s", got)
		}
	}()
	configcli.Command[shown](config.WithoutFile(), nil).SetOut(io.Discard)
}
