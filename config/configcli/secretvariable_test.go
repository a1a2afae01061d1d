package configcli_test

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"

	"example.com/lastgood/config"
	"example.com/lastgood/config/configcli"
	"example.com/lastgood/internal/testkit"
)

// unhidden has no secrets by itself.
type unhidden struct {
	Port   int
	Level  string `validate:"omitempty,oneof=debug info"`
	List   []int
	Labels map[string]int
	Texts  map[string]string `validate:"dive,min=99"`
	Free   any
	Note   string
}

func (u *unhidden) Validate() error {
	all := []error{fmt.Errorf("no %s, nor %v", u.Note, u.Free)}
	for key := range u.Texts {
		all = append(all, errors.New("nor "+key), config.KeyError("texts."+key, errors.New("no")))
	}
	return errors.Join(all...)
}

func TestNoPartOfAPodsSecretIsPrintedWhateverItSets(t *testing.T) {
	path := filepath.Join(t.TempDir(), "app.yaml")
	for _, secret := range []string{"hunter2", "hunter2=hunter2", "hunter2=1", `{\"hunter2\": 1}`, `[\"hunter2\", {\"hunter2\": 1}]`, strings.Repeat("hunter2-", 12), strings.Repeat("hunter2,", 12)} {
		for _, name := range []string{"PORT", "LEVEL", "LIST", "LIST_0", "LABELS", "LABELS_A", "TEXTS", "FREE", "NOTE"} {
			testkit.Write(t, path, `apiVersion: v1
kind: List
items:
- {kind: ConfigMap, apiVersion: v1, metadata: {name: app}, data: {config.yaml: "{}"}}
- {kind: Secret, apiVersion: v1, metadata: {name: s}, stringData: {k: "`+secret+`"}}
- kind: Pod
  apiVersion: v1
  spec:
    volumes: [{name: c, configMap: {name: app}}]
    containers:
    - volumeMounts: [{name: c, mountPath: /etc/app}]
      env: [{name: APP_`+name+`, valueFrom: {secretKeyRef: {name: s, key: k}}}]
`)
			var out bytes.Buffer
			cmd := configcli.Command[unhidden](config.WithEnv("APP"), config.WithLogger(slog.New(slog.DiscardHandler)))
			cmd.SetArgs([]string{"check", path})
			cmd.SetOut(&out)
			if err := cmd.ExecuteContext(t.Context()); err == nil || strings.Contains(out.String(), "hunt") {
				t.Errorf("%s: %q: %v\n%s", name, secret, err, &out)
			}
		}
	}
}
