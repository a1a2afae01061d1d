package main

import (
	"bytes"
	"context"
	"os"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"example.com/lastgood/internal/leak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(leak.Tests{M: m}) }

// play runs the demo in a directory of its own, which must be empty afterwards.
func play(ctx context.Context, t *testing.T, out interface {
	Write([]byte) (int, error)
	String() string
},
) (output string, err error) {
	t.Helper()
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	err = run(ctx, out)
	if left, _ := os.ReadDir(dir); len(left) > 0 {
		t.Errorf("the demo left %v behind", left)
	}
	return out.String(), err
}

func TestTheDemoPlaysEveryStep(t *testing.T) {
	output, err := play(t.Context(), t, &bytes.Buffer{})
	if err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	rest := output
	for _, fact := range []string{
		"1. etcd has the configuration", "/config/greeter/db/password", "all at revision 2",
		"2. The service starts", `greeting: "Hello" (etcd:/config/greeter/config.yaml:1:11)`, "db.password: [redacted] (etcd:/config/greeter/db.password)",
		"3. A good change", "Version 2 is live", `timeout: "2s" -> "200ms"`, "upstreams[0].weight: 100 -> 60", `greets with "Hi"`,
		"4. A broken change", "2 problems; still serving version 2", `etcd:/config/greeter/config.yaml:2:1: timeuot: unknown key; did you mean "timeout"?`,
		"etcd:/config/greeter/upstreams.yaml:1:1: upstreams: the weights must add up to 100, got 120", `greets with "Hi"`,
		"5. The repair", "Version 3 is live", "db.password: changed",
		"6. The server is gone", "etcd:/config/greeter: stale, dial tcp", "connection refused", `greets with "Bonjour"`,
		"7. The service restarts", "which was last good at", "etcd:/config/greeter: cannot be read: dial tcp", `greets with "Bonjour"`,
		"8. The server is back", "Version 2 is live", `greets with "Ciao"`,
		"All 8 steps went as they should",
	} {
		_, after, found := strings.Cut(rest, fact)
		if !found {
			t.Fatalf("%q is missing, or not in its place, in\n%s", fact, output)
		}
		rest = after
	}
	if strings.Contains(output, "first-password") || strings.Contains(output, "second-password") {
		t.Errorf("the password is shown in\n%s", output)
	}
}

// interrupted cancels a context when a step begins.
type interrupted struct {
	bytes.Buffer
	step   string
	cancel context.CancelFunc
}

func (i *interrupted) Write(p []byte) (int, error) {
	if strings.Contains(string(p), i.step) {
		i.cancel()
	}
	return i.Buffer.Write(p)
}

func TestTheDemoCanBeInterrupted(t *testing.T) {
	for _, step := range []string{"1. ", "3. ", "6. "} {
		ctx, cancel := context.WithCancel(t.Context())
		output, err := play(ctx, t, &interrupted{step: step, cancel: cancel})
		if err == nil || !strings.Contains(err.Error(), "step "+step[:1]) || strings.Contains(output, "went as they should") {
			t.Errorf("at step %s, it ended with %v:\n%s", step, err, output)
		}
	}
}
