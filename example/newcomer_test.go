package main

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

// newcomer is the module of a first-time user, in a new directory.
type newcomer struct {
	*testing.T
	dir string
}

// goCommand runs the go command in the newcomer's directory, without a network.
func (n newcomer) goCommand(args ...string) {
	n.Helper()
	cmd := exec.CommandContext(n.Context(), "go", args...)
	cmd.Dir = n.dir
	cmd.Env = append(os.Environ(), "GOPROXY=off", "GOFLAGS=-mod=mod", "GOWORK=off")
	if out, err := cmd.CombinedOutput(); err != nil {
		n.Fatalf("go %s: %v\n%s", strings.Join(args, " "), err, out)
	}
}

// build builds the program of a step.
func (n newcomer) build(step string) {
	n.Helper()
	program, err := os.ReadFile(filepath.Join("..", "testdata", "newcomer", step, "main.go"))
	if err != nil {
		n.Fatal(err)
	}
	n.write("main.go", string(program))
	n.goCommand("build", "-o", "app.exe", ".")
}

func (n newcomer) write(name, content string) {
	n.Helper()
	if err := os.WriteFile(filepath.Join(n.dir, name), []byte(content), 0o600); err != nil {
		n.Fatal(err)
	}
}

// command returns the newcomer's program with arguments. Those of the form NAME=value are variables.
func (n newcomer) command(ctx context.Context, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, filepath.Join(n.dir, "app.exe"))
	cmd.Dir = n.dir
	cmd.Env = append(os.Environ(), "CONFIG_FILE=", "HOME="+n.dir, "XDG_CONFIG_HOME="+n.dir)
	for _, arg := range args {
		if name, _, isVariable := strings.Cut(arg, "="); isVariable && !strings.HasPrefix(name, "-") {
			cmd.Env = append(cmd.Env, arg)
		} else {
			cmd.Args = append(cmd.Args, arg)
		}
	}
	return cmd
}

// prints runs the program, and checks its output and exit code.
func (n newcomer) prints(code int, want string, args ...string) {
	n.Helper()
	out, err := n.command(n.Context(), args...).CombinedOutput()
	got := 0
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
		got = exit.ExitCode()
	} else if err != nil {
		n.Fatal(err)
	}
	if !strings.Contains(string(out), want) || got != code {
		n.Errorf("%q exits with %d, want %d, and prints\n%s\nwant %q", args, got, code, out, want)
	}
}

// serving runs the program on a free address until stop is called. stop checks its exit code.
func (n newcomer) serving(args ...string) (url string, stop func()) {
	n.Helper()
	ln, err := listenTCP("127.0.0.1:0")
	if err != nil {
		n.Fatal(err)
	}
	addr := ln.Addr().String()
	if err := ln.Close(); err != nil {
		n.Fatal(err)
	}
	var stderr strings.Builder
	ctx, cancel := context.WithCancel(n.Context())
	cmd := n.command(ctx, append(args, "--server.addr="+addr)...)
	cmd.Stderr = &stderr
	cmd.Cancel = func() error {
		if runtime.GOOS == "windows" {
			return cmd.Process.Kill()
		}
		return cmd.Process.Signal(os.Interrupt)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		n.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		n.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		cancel()
		_ = cmd.Wait()
		n.Fatalf("%v after %q and %s", err, line, &stderr)
	}
	return "http://" + strings.TrimSpace(strings.TrimPrefix(line, "serving on ")), func() {
		n.Helper()
		cancel()
		if err := cmd.Wait(); err != nil && !errors.Is(err, context.Canceled) {
			n.Errorf("the service ended with %v", err)
		}
	}
}

// answers waits until a page contains a text.
func (n newcomer) answers(url, want string) {
	n.Helper()
	var last string
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); {
		request, err := http.NewRequestWithContext(n.Context(), http.MethodGet, url, http.NoBody)
		if err != nil {
			n.Fatal(err)
		}
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			n.Fatal(err)
		}
		body, err := io.ReadAll(response.Body)
		_ = response.Body.Close()
		if err != nil {
			n.Fatal(err)
		}
		if last = string(body); strings.Contains(last, want) {
			http.DefaultClient.CloseIdleConnections()
			return
		}
		select {
		case <-time.After(5 * time.Millisecond):
		case <-n.Context().Done():
		}
	}
	n.Fatalf("%s has no %q in\n%s", url, want, last)
}

// Each step is a program of its own module, which is built without a network and run: from
// an empty directory to a service with a file, variables, flags, a page, metrics and a
// command line.
func TestANewcomersPathFromAnEmptyDirectoryToAService(t *testing.T) {
	if testing.Short() {
		t.Skip("it builds six programs")
	}
	n := newcomer{t, t.TempDir()}
	root, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	// This replaces "go get", which needs a network. The versions are those of this module.
	mod, err := os.ReadFile("../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	sum, err := os.ReadFile("../go.sum")
	if err != nil {
		t.Fatal(err)
	}
	n.write("go.mod", strings.Replace(string(mod), "module example.com/lastgood", "module example.com/app", 1))
	n.write("go.sum", string(sum))
	n.goCommand("mod", "edit", "-require=example.com/lastgood@v0.0.0", "-replace=example.com/lastgood="+root)

	n.build("1-file")
	n.prints(1, "no configuration file; tried $CONFIG_FILE")
	n.write("config.yaml", "greting: Welcome\n")
	n.prints(1, `config.yaml:1:1: greting: unknown key; did you mean "greeting"? [unknown_key]`)
	n.write("config.yaml", "greeting: Welcome\n")
	n.prints(0, "Welcome on :8080\n")

	n.build("2-variables")
	n.prints(0, "Welcome on :9090\n", "APP_SERVER_ADDR=:9090")
	n.prints(1, `env APP_SERVER_ADDR: server.addr: must be host:port, such as :8080, got "9090"`, "APP_SERVER_ADDR=9090")

	n.build("3-flags")
	n.prints(0, "Welcome on :7070\n", "APP_SERVER_ADDR=:9090", "--server.addr=:7070")
	n.prints(0, "Welcome on :9090\n", "APP_SERVER_ADDR=:9090")
	n.prints(0, `--server.addr string   where to listen (default ":8080")`, "--help")

	n.build("4-page")
	url, stop := n.serving()
	n.answers(url, "Welcome\n")
	n.write("config.yaml", "greeting: Good day\n")
	n.answers(url, "Good day\n")
	n.write("config.yaml", "greeting: []\n")
	n.answers(url+"/debug/config/", "want a string")
	n.answers(url, "Good day\n")
	stop()

	n.build("5-metrics")
	n.write("config.yaml", "greeting: Good day\n")
	url, stop = n.serving()
	n.answers(url+"/metrics", `config_last_reload_successful{name="app"} 1`)
	n.write("config.yaml", "greeting: []\n")
	n.answers(url+"/metrics", `config_last_reload_successful{name="app"} 0`)
	stop()

	n.build("6-cli")
	n.write("other.yaml", "greeting: Good evening\n")
	n.prints(1, "config.yaml:1:11: greeting: want a string, got a list [type]", "config", "check")
	n.prints(0, "ok\n", "config", "check", "--config=other.yaml")
	n.prints(0, "--server.addr", "config", "show", "--config=other.yaml", "--server.addr=:7070")
	n.prints(0, "APP_SERVER_ADDR", "config", "env")
	n.prints(0, "What the service answers.", "config", "sample")
	n.prints(2, "unknown flag: --no-such-flag", "config", "check", "--no-such-flag")
	url, stop = n.serving("--config=other.yaml")
	n.answers(url, "Good evening\n")
	stop()
}
