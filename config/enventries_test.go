package config_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"example.com/lastgood/config"
)

type entriesConfig struct {
	Labels     map[string]string `default:"app=x"`
	LabelsTeam string            // its name is longer than that of the map
	Hosts      []string          `default:"a,b"`
	Upstreams  []struct {
		Name   string `validate:"required"`
		Secret config.Secret
		Tags   []string
		DB     struct{ Port int }
	}
	Tenants map[string]struct {
		Host string
		DB   struct{ Host, File string }
		Key  config.Secret
	}
	Tokens map[string]config.Secret
	Ports  map[int]string
	Nested map[string]map[string]int
	Inner  struct{ Limits map[string]int }
}

// settingsOf returns the lines of settings for keys that begin with prefix, with only the
// name of the file in places.
func settingsOf[T any](s *config.Store[T], dir, prefix string) (all []string) {
	for _, setting := range s.Settings() {
		if strings.HasPrefix(setting.Key, prefix) {
			all = append(all, strings.ReplaceAll(setting.String(), dir+string(filepath.Separator), ""))
		}
	}
	return all
}

func wantLines(t *testing.T, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestAVariableSetsOneEntryOfAMapOnTopOfAllLower(t *testing.T) {
	path := yamlFile(t, "labels: {Team: a, app.kubernetes.io/name: b, keep: c}")
	env(t, "APP_LABELS", "team2=whole", "APP_LABELS_TEAM2", "entry", "APP_LABELS_APP_KUBERNETES_IO_NAME", "named", "APP_LABELS_NEW_ONE", "n", "APP_LABELS_APP", "y",
		"APP_INNER_LIMITS_CPU", "4", "APP_PORTS_0X50", "http", "APP_NESTED_A", "x=1,y=2")
	s := open[entriesConfig](t, config.WithFile(path), config.WithEnv("APP"))
	wantLines(t, settingsOf(s, filepath.Dir(path), "labels."),
		`labels.Team: "a" (c.yaml:1:16)`, `labels.app: "y" (env APP_LABELS_APP; overrides default)`, `labels.keep: "c" (c.yaml:1:52)`,
		`labels.new_one: "n" (env APP_LABELS_NEW_ONE)`, `labels.team2: "entry" (env APP_LABELS_TEAM2; overrides env APP_LABELS)`)
	wantLines(t, settingsOf(s, filepath.Dir(path), `labels[`), `labels["app.kubernetes.io/name"]: "named" (env APP_LABELS_APP_KUBERNETES_IO_NAME; overrides c.yaml:1:43)`)
	if c := s.Current(); c.Inner.Limits["cpu"] != 4 || c.Ports[80] != "http" || c.Nested["a"]["y"] != 2 {
		t.Errorf("got %+v", c)
	}
}

func TestTheLongestNameOfAKeyCountsBeforeAnEntry(t *testing.T) {
	env(t, "APP_LABELS_TEAM", "leaf", "APP_LABELS_TEAM_X", "entry", "APP_LABELSTEAM", "leaf")
	path := filepath.Join(files(t, "labels", "f=1"), "labels")
	env(t, "APP_LABELS_FILE", path)
	c := open[entriesConfig](t, config.WithEnv("APP"), config.WithoutFile()).Current()
	if c.LabelsTeam != "leaf" || len(c.Labels) != 3 || c.Labels["team_x"] != "entry" || c.Labels["f"] != "1" || c.Labels["app"] != "x" {
		t.Errorf("got %+v", c)
	}
}

func TestAKeyThatTwoOfLowerLayersFoldToIsAnError(t *testing.T) {
	path := yamlFile(t, "labels: {Team2: a, t-eam2: b}\ntokens: {hunter2: x, Hunter-2: y}")
	env(t, "APP_LABELS_TEAM2", "x", "APP_TOKENS_HUNTER2", "z")
	err := config.Check[entriesConfig](config.WithFile(path), config.WithEnv("APP"))
	wantProblems(t, err,
		"env APP_LABELS_TEAM2: labels: it could set labels.Team2 or labels.t-eam2; set all of it in the variable for labels, as JSON [env]",
		"env APP_TOKENS_…: tokens: it could set two keys, which differ in case, \"_\" and the like alone; set all of it in the variable for tokens, as JSON [env]")
}

func TestTheKeyOfASectionIsOneOfLowerLayersOrWhatTheLongestLeafLeaves(t *testing.T) {
	for _, test := range []struct{ file, want string }{
		{"{}", "acme.db.host"},
		{"tenants: {acme_db: {host: h}}", "acme_db.host"},
		{"tenants: {Acme-DB: {}}", "Acme-DB.host"},
		{"tenants: {acme: {}, other: {}}", "acme.db.host"},
	} {
		env(t, "APP_TENANTS_ACME_DB_HOST", "set")
		s := open[entriesConfig](t, config.WithFile(yamlFile(t, test.file)), config.WithEnv("APP"))
		v, ok := s.Value("tenants." + test.want)
		if o, _ := s.Origin("tenants." + test.want); !ok || v != "set" || o.Name != "APP_TENANTS_ACME_DB_HOST" {
			t.Errorf("over %s, %s is %v, from %v", test.file, test.want, v, o)
		}
	}
	err := config.Check[entriesConfig](config.WithFile(yamlFile(t, "tenants: {acme: {}, acme_db: {}}")), config.WithEnv("APP"))
	wantProblems(t, err, "env APP_TENANTS_ACME_DB_HOST: tenants: it could set tenants.acme.db.host or tenants.acme_db.host; set all of it in the variable for tenants, as JSON [env]")
}

func TestTheFileOfASettingIsNotTakenForASettingCalledFile(t *testing.T) {
	type fileConfig struct {
		By map[string]struct {
			Pw   config.Secret
			File string
		}
	}
	env(t, "APP_BY_X_PW_FILE", "/run/secret")
	for file, want := range map[string]string{"{}": "by.x_pw.file", "by: {x_pw: {}}": "by.x_pw.file", "by: {other: {}}": "by.x_pw.file"} {
		s := open[fileConfig](t, config.WithFile(yamlFile(t, file)), config.WithEnv("APP"))
		if got, _ := s.Value(want); got != "/run/secret" {
			t.Errorf("%s: %s is %v", file, want, got)
		}
	}
	wantProblems(t, config.Check[fileConfig](config.WithFile(yamlFile(t, "by: {x: {}}")), config.WithEnv("APP")),
		"env APP_BY_X_PW_FILE: by: it could set by.x.pw or by.x_pw.file; set all of it in the variable for by, as JSON [env]")
}

func TestAVariableSetsOneItemOfAList(t *testing.T) {
	path := yamlFile(t, "upstreams:\n- {name: a, db: {port: 1}}\n- name: b\n")
	env(t, "APP_UPSTREAMS_0_SECRET", "s3cr3t-text", "APP_UPSTREAMS_1_DB_PORT", "2", "APP_UPSTREAMS_2_NAME", "c", "APP_UPSTREAMS_2_TAGS", "x,y", "APP_HOSTS_1", "z")
	s := open[entriesConfig](t, config.WithFile(path), config.WithEnv("APP"))
	wantLines(t, settingsOf(s, filepath.Dir(path), "upstreams"),
		`upstreams[0].name: "a" (c.yaml:2:10)`, `upstreams[0].secret: [redacted] (env APP_UPSTREAMS_0_SECRET)`, `upstreams[0].tags: not set`, `upstreams[0].db.port: 1 (c.yaml:2:24)`,
		`upstreams[1].name: "b" (c.yaml:3:9)`, `upstreams[1].secret: [redacted]`, `upstreams[1].tags: not set`, `upstreams[1].db.port: 2 (env APP_UPSTREAMS_1_DB_PORT)`,
		`upstreams[2].name: "c" (env APP_UPSTREAMS_2_NAME)`, `upstreams[2].secret: [redacted]`, `upstreams[2].tags: ["x","y"] (env APP_UPSTREAMS_2_TAGS)`, `upstreams[2].db.port: 0`)
	if c := s.Current(); c.Upstreams[0].Secret.Reveal() != "s3cr3t-text" || !slices.Equal(c.Hosts, []string{"a", "z"}) {
		t.Errorf("got %+v", c)
	}
}

func TestAnItemExistsOrIsTheNext(t *testing.T) {
	env(t, "APP_UPSTREAMS_0_NAME", "a", "APP_UPSTREAMS_3_NAME", "d", "APP_HOSTS_7", "x")
	path := yamlFile(t, "upstreams:\n- name: b\n")
	wantProblems(t, config.Check[entriesConfig](config.WithFile(path), config.WithEnv("APP")),
		"env APP_HOSTS_7: hosts[7]: there is no such item: the list has 2 items in the default tag; the next one is 2 [env]",
		"env APP_UPSTREAMS_3_NAME: upstreams[3]: there is no such item: the list has 1 item in "+path+":2:1; the next one is 1 [env]")
}

func TestAReloadThatTakesAnItemAwayWhichAVariableSetsIsRejected(t *testing.T) {
	env(t, "APP_UPSTREAMS_1_TAGS", "x", "APP_UPSTREAMS_1_NAME", "set")
	path := yamlFile(t, "upstreams:\n- name: a\n- name: b\n")
	s := open[entriesConfig](t, config.WithFile(path), config.WithEnv("APP"), config.WithoutWatch())
	for _, content := range []string{"upstreams: [{name: a}]", "upstreams: []", "labels: {a: b}"} {
		put(t, path, content)
		err := s.Reload(context.Background())
		if text := problems(t, err); !strings.Contains(text, "env APP_UPSTREAMS_1_") || s.Current().Upstreams[0].Name != "a" {
			t.Errorf("%s gives %s", content, text)
		}
	}
	put(t, path, "upstreams: [{name: a}, {name: b}, {name: c}]")
	if err := s.Reload(context.Background()); err != nil || len(s.Current().Upstreams) != 3 || s.Current().Upstreams[1].Name != "set" {
		t.Errorf("got %v, %+v", err, s.Current())
	}
}

func TestAnEntryCanComeFromAFileWhichIsFollowed(t *testing.T) {
	dir := files(t, "key", "s3cr3t-one\n", "port", "5", "host", "h\n")
	env(t, "APP_TENANTS_ACME_KEY_FILE", filepath.Join(dir, "key"), "APP_UPSTREAMS_0_DB_PORT_FILE", filepath.Join(dir, "port"), "APP_UPSTREAMS_0_NAME", "n",
		"APP_HOSTS_0_FILE", filepath.Join(dir, "host"), "APP_TENANTS_ACME_DB_FILE", "text", "APP_LABELS_LOG_FILE", "/var/log/x")
	s := open[entriesConfig](t, config.WithEnv("APP"), config.WithoutFile(), config.WithSettle(0))
	c := s.Current()
	if c.Tenants["acme"].Key.Reveal() != "s3cr3t-one" || c.Upstreams[0].DB.Port != 5 || c.Hosts[0] != "h" || c.Tenants["acme"].DB.File != "text" || c.Labels["log_file"] != "/var/log/x" {
		t.Errorf("got %+v", c)
	}
	if o, _ := s.Origin("tenants.acme.key"); o.Kind != config.OriginEnvFile || o.Name != filepath.Join(dir, "key") {
		t.Errorf("it comes from %v", o)
	}
	changed := make(chan struct{}, 10)
	s.OnChange(func(_, _ *entriesConfig) { changed <- struct{}{} })
	put(t, filepath.Join(dir, "new"), "s3cr3t-two")
	if err := os.Rename(filepath.Join(dir, "new"), filepath.Join(dir, "key")); err != nil {
		t.Fatal(err)
	}
	within(t, changed, "a change of the file")
	if got := s.Current().Tenants["acme"].Key.Reveal(); got != "s3cr3t-two" {
		t.Errorf("got %q", got)
	}
}

func TestAMissingFileOfAnEntryIsReported(t *testing.T) {
	env(t, "APP_TOKENS_HUNTER2_FILE", "x", "APP_UPSTREAMS_0_SECRET_FILE", "/nope/secret")
	err := config.Check[entriesConfig](config.WithEnv("APP"), config.WithoutFile())
	wantProblems(t, err, "secret: upstreams: no such file; APP_UPSTREAMS_0_SECRET_FILE names it [missing_file]")
}

func TestTwoVariablesForOneEntryMustAgree(t *testing.T) {
	env(t, "APP_LABELS_TEAM_A", "x", "APP_LABELS_team_A", "x", "APP_LABELS_TEAM_B", "x", "APP_LABELS_team_B", "y", "APP_UPSTREAMS_0_NAME", "a", "APP_UPSTREAMS_0_NAME_FILE", "/nope")
	err := config.Check[entriesConfig](config.WithEnv("APP"), config.WithoutFile())
	if text := problems(t, err); !strings.Contains(text, "both APP_LABELS_TEAM_B and APP_LABELS_team_B are set, to different texts; unset one [env]") || strings.Contains(text, "TEAM_A") {
		t.Errorf("got %s", text)
	}
	env(t, "APP_LABELS_team_B", "x", "APP_UPSTREAMS_0_NAME_FILE", filepath.Join(files(t, "name", "a"), "name"))
	err = config.Check[entriesConfig](config.WithEnv("APP"), config.WithoutFile())
	wantProblems(t, err, "env APP_UPSTREAMS_0_NAME_FILE: upstreams[0].name: both APP_UPSTREAMS_0_NAME and APP_UPSTREAMS_0_NAME_FILE are set; unset one [env]")
}

func TestAVariableThatSetsNoEntryHasAHint(t *testing.T) {
	env(t, "APP_HOSTS_LAST", "x", "APP_HOSTS_01", "x", "APP_UPSTREAMS_0", "{}", "APP_UPSTREAMS_0_SECRTE", "x", "APP_TENANTS_ACME", "x", "APP_UPSTREAMS_0_DB_PORT_X", "1")
	err := config.Check[entriesConfig](config.WithEnv("APP"), config.WithStrictEnv(), config.WithoutFile())
	wantProblems(t, err,
		"env APP_HOSTS_01: unknown environment variable APP_HOSTS_01; did you mean APP_HOSTS? [env]",
		"env APP_HOSTS_LAST: unknown environment variable APP_HOSTS_LAST; an item of hosts is set by its index, such as 0 [env]",
		"env APP_TENANTS_ACME: unknown environment variable APP_TENANTS_ACME; what follows the key must be one of its settings, such as DB_FILE [env]",
		"env APP_UPSTREAMS_0: unknown environment variable APP_UPSTREAMS_0; did you mean APP_UPSTREAMS? [env]",
		"env APP_UPSTREAMS_0_DB_PORT_X: unknown environment variable APP_UPSTREAMS_0_DB_PORT_X; did you mean DB_PORT at its end? [env]",
		"env APP_UPSTREAMS_0_SECRTE: unknown environment variable APP_UPSTREAMS_0_SECRTE; did you mean SECRET at its end? [env]")
}

func TestWithoutAPrefixNoVariableSetsAnEntry(t *testing.T) {
	env(t, "LABELS_TEAM", "leaf", "LABELS_X", "x", "HOSTS_0", "x", "LABELSTEAM", "other")
	c := open[entriesConfig](t, config.WithEnv(""), config.WithoutFile()).Current()
	if c.LabelsTeam != "leaf" || len(c.Labels) != 1 || c.Hosts[0] != "a" {
		t.Errorf("got %+v", c)
	}
}

func TestAnItemOverAListOfTheWrongShapeIsAConflict(t *testing.T) {
	env(t, "APP_HOSTS_0", "x", "APP_LABELS_A", "x")
	path := yamlFile(t, "hosts: {a: b}\nlabels: [a]\n")
	err := config.Check[entriesConfig](config.WithFile(path), config.WithEnv("APP"))
	if text := problems(t, err); !strings.Contains(text, "c.yaml:1:8: hosts: it is a map of keys here, but a list in env APP_HOSTS_0 [conflict]") ||
		!strings.Contains(text, "labels: it is a list here, but a map of keys in env APP_LABELS_A") {
		t.Errorf("got\n%s", text)
	}
}

// secretTree contains itself.
type secretTree struct {
	Children []secretTree
	Tokens   map[string]config.Secret
}

// A variable that sets nothing may all the same have a key of a secret map in its name.
func TestNoKeyOfASecretMapIsShownWhereItsVariableSetsNothing(t *testing.T) {
	type section struct {
		Tokens map[string]config.Secret
		Name   string
	}
	type secrets struct {
		Trees  []secretTree
		Own    map[string]config.Secret `env:"CREDS APP_CREDS"`
		None   map[string]config.Secret `env:"-"`
		List   []section
		Map    map[string]section
		Deep   map[string]struct{ In []section }
		Secret []section `secret:"true"`
	}
	const marker = "HUNTER2"
	for name, shown := range map[string]string{
		"APP_OWN_HUNTER2":                                  "APP_OWN_…",
		"APP_CREDS_HUNTER2":                                "APP_CREDS_…",
		"APP_NONE_HUNTER2":                                 "APP_NONE_…",
		"APP_LIST_0_TOKENS_HUNTER2":                        "APP_LIST_0_TOKENS_…",
		"APP_MAP_A_B_TO_KENS_HUNTER2":                      "APP_MAP_A_B_TO_KENS_…",
		"APP_DEEP_A_IN_0_TOKENS_HUNTER2_B_":                "APP_DEEP_A_IN_0_TOKENS_…",
		"APP_TREES_0_CHILDREN_0_TOKENS_HUNTER2":            "APP_TREES_0_CHILDREN_0_TOKENS_…",
		"APP_TREES_0" + strings.Repeat("_CHILDREN_0", 100): "APP_TREES_0" + strings.Repeat("_CHILDREN_0", 100),
		"APP_LIST_0_TOKNES":                                "APP_LIST_0_TOKNES",
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv(name, "x")
			err := config.Check[secrets](config.WithEnv("APP"), config.WithStrictEnv(), config.WithoutFile())
			if text := problems(t, err); strings.Contains(text, marker) || strings.Contains(text, "set all of it in APP_OWN") || !strings.Contains(text, "unknown environment variable "+shown) {
				t.Errorf("got %s", text)
			}
		})
	}
}

func TestNoTextOfASecretEntryIsShown(t *testing.T) {
	path := yamlFile(t, "upstreams: [{name: a}]\n")
	const marker = "hunter2hunter2"
	env(t, "APP_TOKENS_"+marker, marker, "APP_UPSTREAMS_0_SECRET", marker, "APP_UPSTREAMS_0_DB_PORT", marker, "APP_UPSTREAMS_4_SECRET", marker)
	err := config.Check[entriesConfig](config.WithFile(path), config.WithEnv("APP"))
	var found *config.Error
	if !errors.As(err, &found) || strings.Contains(err.Error(), marker) || !strings.Contains(err.Error(), "upstreams[4]") {
		t.Errorf("got %v", err)
	}
}
