package configcli_test

import (
	"bytes"
	"log/slog"
	"os"
	"path/filepath"
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
		"cm.yaml:6:11 from env CLI_HOST: host: warning: the variable is not read here, so the value counts as set and is not judged",
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
