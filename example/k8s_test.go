package main

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// workflow is what the README of the manifests says a CI should run.
type workflow struct {
	Jobs map[string]struct {
		Steps []struct {
			Run string
			Env map[string]string
		}
	}
}

// recipe returns the arguments for run in that workflow, with its variables set.
func recipe(t *testing.T) []string {
	t.Helper()
	readme, err := os.ReadFile("k8s/README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, after, _ := strings.Cut(string(readme), "## Stop a bad ConfigMap in CI")
	_, after, _ = strings.Cut(after, "```yaml\n")
	block, _, found := strings.Cut(after, "```")
	var w workflow
	if err := yaml.Unmarshal([]byte(block), &w); err != nil || !found {
		t.Fatalf("there is no workflow: %v", err)
	}
	for _, step := range w.Jobs["check"].Steps {
		if args, ok := strings.CutPrefix(step.Run, "go run ./example "); ok {
			for name, value := range step.Env {
				t.Setenv(name, value)
			}
			return strings.Fields(args)
		}
	}
	t.Fatal("no step runs the example")
	return nil
}

// runIn runs the recipe in a repository whose ConfigMap is manifest.
func runIn(t *testing.T, args []string, manifest string) (stdout string, code int) {
	t.Helper()
	t.Chdir(t.TempDir())
	if err := os.MkdirAll("example/k8s", 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile("example/k8s/configmap.yaml", []byte(manifest), 0o600); err != nil {
		t.Fatal(err)
	}
	var out, log bytes.Buffer
	code = run(t.Context(), args, &out, &log)
	return out.String(), code
}

func TestTheRecipeForCIStopsABadConfigMap(t *testing.T) {
	good, err := os.ReadFile("k8s/configmap.yaml")
	if err != nil {
		t.Fatal(err)
	}
	args := recipe(t)
	if out, code := runIn(t, args, string(good)); code != 0 || out != "" {
		t.Fatalf("of the good one it says, with code %d: %s", code, out)
	}
	bad := strings.NewReplacer("request_timeout: 2s", "request_timeout: 2", "burst:", "brust:").Replace(string(good))
	out, code := runIn(t, args, bad)
	if code != 1 {
		t.Errorf("the exit code is %d", code)
	}
	want := "::error file=example/k8s/configmap.yaml,line=13,col=24,title=config%3A type::server.request_timeout: want a duration such as 300ms, 5s or 1h30m, got 2; a duration needs a unit\n" +
		"::error file=example/k8s/configmap.yaml,line=18,col=7,title=config%3A unknown_key::rate_limit.brust: unknown key; did you mean \"burst\"?\n"
	if out != want {
		t.Errorf("got\n%s\nwant\n%s", out, want)
	}
}

// byHand returns the commands that the README of the manifests has for a check by hand.
func byHand(t *testing.T) []string {
	t.Helper()
	readme, err := os.ReadFile("k8s/README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, after, _ := strings.Cut(string(readme), "by hand:\n\n```sh\n")
	block, _, found := strings.Cut(after, "```")
	if !found {
		t.Fatal("there are no commands")
	}
	return strings.Split(strings.TrimSpace(block), "\n")
}

// produced returns what a command of kubectl prints, as far as the manifests here have it.
func produced(t *testing.T, command string) []byte {
	t.Helper()
	var names []string
	switch {
	case strings.HasPrefix(command, "kubectl kustomize example/k8s"):
		names = []string{"configmap.yaml", "secret.yaml", "deployment.yaml", "service.yaml"}
	case strings.HasPrefix(command, "kubectl get configmap example -o yaml"):
		names = []string{"configmap.yaml"}
	default:
		t.Fatalf("what does %s print?", command)
	}
	var all []byte
	for _, name := range names {
		data, err := os.ReadFile("example/k8s/" + name)
		if err != nil {
			t.Fatal(err)
		}
		all = append(append(all, "---\n"...), data...)
	}
	return all
}

func TestTheChecksByHandPassOnTheManifests(t *testing.T) {
	commands := byHand(t)
	t.Chdir("..")
	for _, command := range commands {
		command, _, _ = strings.Cut(command, " #")
		from, check, piped := strings.Cut(command, "|")
		if !piped {
			from, check = "", command
		}
		args, ok := strings.CutPrefix(strings.TrimSpace(check), "go run ./example ")
		if !ok {
			t.Fatalf("%s does not run the example", command)
		}
		if piped {
			path := writeFile(t, string(produced(t, from)))
			in, err := os.Open(path)
			if err != nil {
				t.Fatal(err)
			}
			defer in.Close()
			defer func(before *os.File) { os.Stdin = before }(os.Stdin)
			os.Stdin = in
		}
		var out, log bytes.Buffer
		if code := run(t.Context(), strings.Fields(args), &out, &log); code != 0 || !strings.HasSuffix(out.String(), "ConfigMap example: ok\n") {
			t.Errorf("%s: %d\n%s%s", command, code, &out, &log)
		}
	}
	if len(commands) < 3 {
		t.Errorf("there are only %q", commands)
	}
}

// A key that the pods do not read is no configuration of theirs, however good it is.
func TestTheRecipeForCIStopsAConfigMapWithAnotherKey(t *testing.T) {
	good, err := os.ReadFile("k8s/configmap.yaml")
	if err != nil {
		t.Fatal(err)
	}
	args := recipe(t)
	if out, code := runIn(t, args, strings.Replace(string(good), "config.yaml:", "settings.yaml:", 1)); code != 2 || out != "" {
		t.Errorf("the exit code is %d: %s", code, out)
	}
}
