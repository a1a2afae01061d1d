//go:build unix

package config_test

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"example.com/lastgood/config"
	"example.com/lastgood/internal/testkit"
	"example.com/lastgood/internal/volume"
)

// depot has secrets of all kinds.
type depot struct {
	Name   string
	Pin    config.Secret
	Pins   []config.Secret
	Codes  map[string]int `secret:"true"`
	Addr   string         `default:":80" reload:"restart"`
	Remote struct {
		Token string `secret:"true"`
	}
}

func sum(content string) string { return fmt.Sprintf("%x", sha256.Sum256([]byte(content))) }

// alike returns three numbers of six digits, of which the SHA-256 of the first two begins
// with the same 16 bits, and that of the third does not.
func alike() (a, b, other string) {
	first := map[string]string{}
	for n := 100_000; ; n++ {
		b = fmt.Sprint(n)
		begin := sum(b)[:4]
		if a = first[begin]; a != "" {
			return a, b, "999999"
		}
		first[begin] = b
	}
}

// An attacker who tries all secrets cannot distinguish two with the same 16 bits by any digests
// of any versions.
func TestAllDigestsTogetherReveal16BitsOfASecret(t *testing.T) {
	t.Parallel()
	a, b, other := alike()
	digestsOf := func(secret string) (all string) {
		file := func(text string) string { return strings.ReplaceAll(text, "SECRET", secret) }
		dir := files(t, "c.yaml", file("name: x\npin: SECRET\n"), "keys/remote.token", file("SECRET\n"), "keys/pins", file("x,SECRET"))
		path := filepath.Join(dir, "c.yaml")
		s := open[depot](t, config.WithFile(path), config.WithKeyDir(filepath.Join(dir, "keys")), config.WithoutWatch())
		note := func() {
			d := s.Status().Digests
			all += fmt.Sprintln(d.Disk, d.Content, d.Effective)
			for _, f := range d.Files {
				all += f.Sum + "\n"
			}
		}
		note()
		for _, content := range []string{
			"name: x # a comment\npin: 'SECRET'\n",
			"name: y\npin: SECRET # SECRET\n",
			"pins: [SECRET, x]\n", "pins:\n- x\n- SECRET\n",
			"codes: {a: SECRET}\n", "codes: {k: 1, a: SECRET}\n",
			"remote: {token: SECRET}\n",
			"pins: SECRET\n", "pni: SECRET\n", "name: SECRET: x\n", "remote:\n  pin: SECRET\n", "pin: [SECRET]\n", "codes: {a: x, b: SECRET}", // rejected
		} {
			put(t, path, file(content))
			_ = s.Reload(t.Context()) // the digests contain the result
			note()
		}
		return all
	}
	if one, two := digestsOf(a), digestsOf(b); one != two {
		t.Errorf("%s and %s differ:\n%s\n%s", a, b, one, two)
	}
	if digestsOf(a) == digestsOf(other) {
		t.Error("another secret does not show")
	}
}

func TestASecretInAVariableReveals16Bits(t *testing.T) {
	a, b, other := alike()
	effective := func(secret string) config.Digest {
		t.Setenv("DEPOT_PIN", secret)
		t.Setenv("DEPOT_PINS", secret+",x")
		return open[depot](t, config.WithoutFile(), config.WithEnv("DEPOT")).Status().Digests.Effective
	}
	if effective(a) != effective(b) || effective(a) == effective(other) {
		t.Error("want the same digest for the same 16 bits, and another for others")
	}
}

func TestADefaultOfTheProgramThatIsSecretReveals16Bits(t *testing.T) {
	t.Parallel()
	a, b, other := alike()
	effective := func(secret string) config.Digest {
		v := depot{Pin: config.NewSecret(secret), Pins: []config.Secret{config.NewSecret(secret)}}
		return open[depot](t, config.WithoutFile(), config.WithDefaults(v)).Status().Digests.Effective
	}
	if effective(a) != effective(b) || effective(a) == effective(other) {
		t.Error("want the same digest for the same 16 bits, and another for others")
	}
}

func TestTheSumOfAFileIsWhatSHA256SumPrintsUnlessItHasASecret(t *testing.T) {
	t.Parallel()
	dir := files(t, "a.yaml", "name: x\n", "b.yaml", "pin: 1234\n", "keys/remote.token", "t\n")
	at := func(name string) string { return filepath.Join(dir, name) }
	s := open[depot](t, config.WithFile(at("a.yaml"), at("b.yaml")), config.WithOptionalFile(at("c.yaml")), config.WithKeyDir(at("keys")), config.WithoutWatch())
	want := func(sums ...string) {
		t.Helper()
		var got []string
		for _, f := range s.Status().Digests.Files {
			got = append(got, filepath.Base(f.Path)+" "+f.Sum)
		}
		for i, w := range sums {
			if i >= len(got) || !regexp.MustCompile("^"+w+"$").MatchString(got[i]) {
				t.Fatalf("got %q, want %q", got, sums)
			}
		}
	}
	const weak = "16-bit:[0-9a-f]{4}"
	want("a.yaml "+sum("name: x\n"), "b.yaml "+weak, "c.yaml absent", "remote.token "+weak)
	put(t, at("a.yaml"), "name: [\n")
	put(t, at("b.yaml"), "name: y\n")
	must(t, os.Remove(at("keys/remote.token")))
	if s.Reload(t.Context()) == nil {
		t.Fatal("accepted")
	}
	want("a.yaml unparsed", "b.yaml "+sum("name: y\n"), "c.yaml absent")
	must(t, os.Remove(at("a.yaml")))
	if s.Reload(t.Context()) == nil {
		t.Fatal("accepted")
	}
	want("a.yaml missing_file", "b.yaml "+sum("name: y\n"))
}

func TestATypeWithoutSecretsHasNone(t *testing.T) {
	t.Parallel()
	type plain struct{ Name string }
	path := yamlFile(t, "name: x\n")
	s := open[plain](t, config.WithFile(path), config.WithoutWatch())
	for _, content := range []string{"name: [\n", "nmae: x\n", "name: y\n"} {
		put(t, path, content)
		_ = s.Reload(t.Context()) // the first two are rejected
		if got := s.Status().Digests.Files[0].Sum; got != sum(content) {
			t.Errorf("the sum of %q is %s", content, got)
		}
	}
}

func TestEachDigestHasItsMeaning(t *testing.T) {
	path := yamlFile(t, "name: x\n")
	s := open[depot](t, config.WithFile(path), config.WithoutWatch())
	first := s.Status().Digests
	if first.Disk != first.Content || first.Content != s.Snapshot().Content || first.Content != s.History()[0].Content {
		t.Errorf("what is on disk is served: %+v", first)
	}
	accepts(t, s, path, "name: 'x' # as before\n")
	again := s.Status().Digests
	if again.Content == first.Content || again.Disk != again.Content || again.Effective != first.Effective {
		t.Errorf("a comment changes the content and not the values: %+v, then %+v", first, again)
	}
	put(t, path, "nmae: x\n")
	_ = s.Reload(t.Context())
	if d := s.Status().Digests; d.Disk == again.Disk || d.Content != again.Content || d.Effective != again.Effective {
		t.Errorf("what is rejected is on disk alone: %+v, then %+v", again, d)
	}
	accepts(t, s, path, "name: x\naddr: :81\n")
	if d := s.Status().Digests; d.Effective != first.Effective || d.Content == again.Content {
		t.Errorf("what waits for a restart is not in effect: %+v", d)
	}
	t.Setenv("DEPOT_NAME", "y")
	other := open[depot](t, config.WithFile(path), config.WithEnv("DEPOT"), config.WithoutWatch())
	if d, o := s.Status().Digests, other.Status().Digests; d.Content != o.Content || d.Effective == o.Effective {
		t.Errorf("a variable counts in effect alone: %+v and %+v", d, o)
	}
}

func TestARollbackLeavesWhatIsOnDisk(t *testing.T) {
	t.Parallel()
	path := yamlFile(t, "name: x\n")
	sick := func(_ context.Context, d *depot) error {
		if d.Name == "y" {
			return errors.New("sick")
		}
		return nil
	}
	s := open[depot](t, config.WithFile(path), config.WithoutWatch(), config.WithProbation(time.Hour, sick, config.ProbeEvery(time.Millisecond)))
	first := s.Status().Digests
	put(t, path, "name: y\n")
	_ = s.Reload(t.Context()) // it may be taken back before that returns
	eventually(t, "the rollback", func() bool { return s.Status().Rollbacks == 1 })
	if d := s.Status().Digests; d.Disk == first.Disk || d.Content != first.Content || d.Effective != first.Effective {
		t.Errorf("%+v, then %+v", first, d)
	}
}

// The commands are those of example/k8s/README.md.
func TestTheDigestsAreWhatTheDocumentedCommandsPrint(t *testing.T) {
	t.Parallel()
	for _, tool := range []string{"sh", "sha256sum", "sed"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skip(err)
		}
	}
	type plain struct {
		Name string
		Port int
	}
	v := volume.New(filepath.Join(t.TempDir(), "etc", "app"))
	data := map[string]string{"base.yaml": "name: x\n# äöü\n", "over.yaml": "port: 80"}
	must(t, v.Update(data))
	s := open[plain](t, config.WithFile(v.Path("base.yaml"), v.Path("over.yaml")), config.WithOptionalFile(v.Path("none.yaml")))
	commands := documented(t)
	sh := func(command string) string {
		cmd := exec.CommandContext(t.Context(), "sh", "-c", command)
		cmd.Env = append(cmd.Environ(), "PATH="+fakeKubectl(t, data)+":/usr/bin:/bin")
		out, err := cmd.Output()
		must(t, err)
		return strings.TrimSuffix(string(out), "  -\n")
	}
	d := s.Status().Digests
	if got := sh(strings.ReplaceAll(commands[0], "/etc/app/", v.Path("")+"/")); got != d.Disk.String() {
		t.Errorf("in the pod, it prints %s, and the digest is %s", got, d.Disk)
	}
	if got := sh(commands[1]); got != d.Disk.String() {
		t.Errorf("in the cluster, it prints %s, and the digest is %s", got, d.Disk)
	}
}

// documented returns the two commands in example/k8s/README.md.
func documented(t *testing.T) []string {
	t.Helper()
	_, block, ok := strings.Cut(testkit.Read(t, "../example/k8s/README.md"), "<!-- run by TestTheDigestsAreWhatTheDocumentedCommandsPrint -->\n```sh\n")
	block, _, closed := strings.Cut(block, "```")
	commands := strings.Split(strings.TrimSpace(block), "\n\n")
	if !ok || !closed || len(commands) != 2 {
		t.Fatalf("the commands in README.md are %q", commands)
	}
	return commands
}

// fakeKubectl returns a directory with a kubectl that prints the data of the ConfigMap app
// as -o go-template does.
func fakeKubectl(t *testing.T, data map[string]string) (dir string) {
	t.Helper()
	dir = t.TempDir()
	script := "#!/bin/sh\ncase \"$*\" in\n"
	for key, text := range data {
		file := filepath.Join(dir, key)
		put(t, file, text)
		script += fmt.Sprintf("'get configmap app -o go-template={{index .data \"%s\"}}') cat %s ;;\n", key, file)
	}
	put(t, filepath.Join(dir, "kubectl"), script+"*) echo \"unexpected: $*\" >&2; exit 1 ;;\nesac\n")
	must(t, os.Chmod(filepath.Join(dir, "kubectl"), 0o700))
	return dir
}
