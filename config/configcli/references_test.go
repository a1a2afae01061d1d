package configcli_test

import (
	"bytes"
	"log/slog"
	"net/netip"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"example.com/lastgood/config"
	"example.com/lastgood/config/configcli"
	"example.com/lastgood/internal/testkit"
)

// referring is a configuration that refers to a variable and to a file.
type referring struct {
	Host     string        `validate:"required,max=5"`
	Port     int           `validate:"min=1000"`
	Password config.Secret `validate:"required,min=100"`
	Mode     string        `validate:"oneof=a b"`
}

func (referring) Validate() error { panic("called although some values are not known") }

const manifestOfReferring = `apiVersion: v1
kind: ConfigMap
metadata: {name: app}
data:
  config.yaml: |
    host: ${CLI_HOST}
    port: ${CLI_UNSET}
    password_file: FILE
    mode: a
`

func checkReferring(t *testing.T, manifest string, opts ...config.Option) (string, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "cm.yaml")
	testkit.Write(t, path, manifest)
	root := configcli.Command[referring](append(opts, config.WithFile("config.yaml"), config.WithLogger(slog.New(slog.DiscardHandler)), config.WithExpandEnv("CLI_*"))...)
	var out bytes.Buffer
	root.SetOut(&out)
	root.SetErr(&out)
	root.SetArgs([]string{"check", path})
	err := root.Execute()
	return strings.ReplaceAll(out.String(), path, "cm.yaml"), err
}

func TestCheckOfAManifestNeitherExpandsNorOpensAnything(t *testing.T) {
	t.Setenv("CLI_HOST", "too long for its rule")
	missing := filepath.Join(t.TempDir(), "none")
	out, err := checkReferring(t, strings.ReplaceAll(manifestOfReferring, "FILE", missing))
	if err != nil {
		t.Errorf("%v\n%s", err, out)
	}
	for _, want := range []string{
		"cm.yaml:6:11 from env CLI_HOST: host: warning: the variable is not read here, so the value counts as set and is not validated",
		"cm.yaml:7:11 from env CLI_UNSET: port: warning: the variable is not read here",
		"cm.yaml:8:20 from " + missing + ": password: warning: the file is not read here",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is not in\n%s", want, out)
		}
	}
}

func TestCheckOfAManifestFindsWhatIsWrongBesideWhatItDoesNotRead(t *testing.T) {
	secret := filepath.Join(t.TempDir(), "secret")
	testkit.Must(t, os.WriteFile(secret, []byte("hidden"), 0o600))
	out, err := checkReferring(t, strings.NewReplacer("FILE", secret, "mode: a", "mode: c\n    nope: 1").Replace(manifestOfReferring))
	if err == nil || !strings.Contains(out, "mode: must be one of a and b") && !strings.Contains(out, "cm.yaml:9:11: mode: must be") || !strings.Contains(out, "cm.yaml:10:5: nope: unknown key") ||
		strings.Contains(out, "hidden") || strings.Contains(out, "password: required") || strings.Contains(out, "at least 100") {
		t.Errorf("%v\n%s", err, out)
	}
}

func TestCheckOfAManifestRejectsAVariableWhereNoTextFits(t *testing.T) {
	type db struct{ Host string }
	type collections struct {
		DB        db
		Limits    map[string]int
		Upstreams []db
		Names     []string
		Any       any
		Addr      netip.Addr
	}
	path := filepath.Join(t.TempDir(), "cm.yaml")
	testkit.Write(t, path, `apiVersion: v1
kind: ConfigMap
metadata: {name: app}
data:
  config.yaml: |
    db: ${CLI_X}
    limits: "${CLI_X}"
    upstreams: [{host: a}, "${CLI_X}"]
    names: ${CLI_X}
    any: ${CLI_X}
    addr: ${CLI_X}
`)
	check := func(opts ...config.Option) (string, error) {
		cmd := configcli.Command[collections](append(opts, config.WithExpandEnv("CLI_*"), config.WithLogger(slog.New(slog.DiscardHandler)))...)
		var out bytes.Buffer
		cmd.SetOut(&out)
		cmd.SetErr(&out)
		cmd.SetArgs([]string{"check", path})
		err := cmd.Execute()
		return strings.ReplaceAll(out.String(), path, "cm.yaml"), err
	}
	out, err := check()
	for _, want := range []string{"cm.yaml:6:9: db: want a map of keys", "cm.yaml:7:13: limits: want a map of keys", "cm.yaml:8:28: upstreams[1]: want a map of keys", "cm.yaml:9:12: names: want a list"} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is not in\n%s", want, out)
		}
	}
	if strings.Contains(out, "any: want") || strings.Contains(out, "addr: want") || configcli.ExitCode(err) != 1 {
		t.Errorf("%v\n%s", err, out)
	}
	hook := config.WithDecodeHook(func(_, _ reflect.Type, data any) (any, error) { return data, nil })
	if out, err := check(hook); err != nil { // it could make a section of the text
		t.Errorf("with a decode hook: %v\n%s", err, out)
	}
}

// A pod may set a key by the variable of its old name, or of that of a section around it.
func TestTheVariableOfAnOldKeyCountsForACheck(t *testing.T) {
	type renamed struct {
		DB struct {
			Password config.Secret `validate:"required" alias:"pw"`
		} `alias:"database"`
	}
	path := filepath.Join(t.TempDir(), "app.yaml")
	for _, name := range []string{"APP_DB_PASSWORD", "APP_DB_PW", "APP_DATABASE_PASSWORD", "APP_DATABASE_PW"} {
		testkit.Write(t, path, `apiVersion: v1
kind: List
items:
- {kind: ConfigMap, apiVersion: v1, metadata: {name: app}, data: {config.yaml: "{}"}}
- {kind: Secret, apiVersion: v1, metadata: {name: s}, stringData: {k: hunter2}}
- kind: Pod
  apiVersion: v1
  spec:
    volumes: [{name: c, configMap: {name: app}}]
    containers:
    - volumeMounts: [{name: c, mountPath: /etc/app}]
      env: [{name: `+name+`, valueFrom: {secretKeyRef: {name: s, key: k}}}]
`)
		var out bytes.Buffer
		cmd := configcli.Command[renamed](config.WithEnv("APP"), config.WithLogger(slog.New(slog.DiscardHandler)))
		cmd.SetArgs([]string{"check", path})
		cmd.SetOut(&out)
		if err := cmd.ExecuteContext(t.Context()); err != nil || strings.Contains(out.String(), "hunter2") {
			t.Errorf("%s: %v\n%s", name, err, &out)
		}
	}
}
