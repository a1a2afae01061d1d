//go:build unix

package configcli_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/spf13/cobra"

	"example.com/lastgood/config"
	"example.com/lastgood/config/configcli"
	"example.com/lastgood/config/confighttp"
	"example.com/lastgood/internal/testkit"
)

// depot is the configuration of these tests.
type depot struct {
	Addr string `validate:"hostname_port"`
}

// running is a store with its file.
type running struct {
	*config.Store[depot]
	path string
}

// start opens a store on a new file. Without options, it reads the file only on Reload.
func start(t *testing.T, content string, opts ...config.Option) running {
	t.Helper()
	path := filepath.Join(t.TempDir(), "depot.yaml")
	testkit.Write(t, path, content)
	if len(opts) == 0 {
		opts = []config.Option{config.WithoutWatch()}
	}
	s, err := config.Open[depot](append(opts, config.WithFile(path), config.WithLogger(slog.New(slog.DiscardHandler)))...)
	testkit.Must(t, err)
	t.Cleanup(s.Close)
	return running{s, path}
}

func (r running) page() http.Handler { return confighttp.Handler(confighttp.Named("depot", r)) }

// onSocket serves a page on a Unix socket and returns its path.
func onSocket(t *testing.T, page http.Handler) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "s") // the path of a socket must be short
	testkit.Must(t, err)
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	path := filepath.Join(dir, "s")
	ln, err := confighttp.ListenUnix(path)
	testkit.Must(t, err)
	server := &http.Server{Handler: page}
	served := make(chan error, 1)
	go func() { served <- server.Serve(ln) }()
	t.Cleanup(func() {
		_ = server.Close()
		<-served //nolint:errcheck // it is http.ErrServerClosed
	})
	return path
}

// runDepot runs a command and returns its output and exit code.
func runDepot(t *testing.T, stdin string, args ...string) (out string, code int) {
	t.Helper()
	root := &cobra.Command{Use: "app", SilenceErrors: true}
	root.AddCommand(configcli.Command[depot]())
	var b bytes.Buffer
	root.SetOut(&b)
	root.SetErr(&b)
	root.SetIn(strings.NewReader(stdin))
	root.SetArgs(append([]string{"config"}, args...))
	err := root.ExecuteContext(t.Context())
	if err != nil {
		fmt.Fprintln(&b, err)
	}
	return b.String(), configcli.ExitCode(err)
}

func wantOutput(t *testing.T, out string, code, wantCode int, want ...string) {
	t.Helper()
	if code != wantCode {
		t.Errorf("the exit code is %d, want %d, with\n%s", code, wantCode, out)
	}
	for _, text := range want {
		if !strings.Contains(out, text) {
			t.Errorf("%q is not in\n%s", text, out)
		}
	}
}

func TestStatusPrintsTheStateOfTheRunningProcess(t *testing.T) {
	t.Parallel()
	r := start(t, "addr: localhost:80\n")
	socket := onSocket(t, r.page())
	out, code := runDepot(t, "", "status", "--socket", socket)
	d := r.Status().Digests
	wantOutput(t, out, code, 0, "depot      ok: Serving version 1", "on disk    "+d.Disk.String(), "effective  "+d.Effective.String(), "file       "+d.Files[0].Sum+"  "+r.path)
	if strings.Contains(out, "KEY") {
		t.Errorf("it lists the settings, unasked:\n%s", out)
	}
	out, code = runDepot(t, "", "status", "--settings", "--socket", socket)
	wantOutput(t, out, code, 0, "addr  localhost:80")

	testkit.Reject(t, r, r.path, "adr: localhost:80\n")
	out, code = runDepot(t, "", "status", "--socket", socket)
	wantOutput(t, out, code, 1, "rejected: Serving version 1; what is on disk is rejected", r.path+`:1:1: adr: unknown key; did you mean "addr"? [unknown_key]`, "not healthy: depot")

	out, code = runDepot(t, "", "status", "--format", "json", "--socket", socket)
	wantOutput(t, out, code, 1, `"healthy": false`, `"disk": "`+r.Status().Digests.Disk.String())
}

func TestStatusHasAnExitCodeOfItsOwnIfTheProcessDoesNotAnswer(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	out, code := runDepot(t, "", "status", "--socket", filepath.Join(dir, "none"))
	wantOutput(t, out, code, 2, "none: dial unix", "no such file")
	out, code = runDepot(t, "", "status")
	wantOutput(t, out, code, 2, "no socket; name it with --socket or CONFIG_SOCKET")
}

func TestTheSocketComesFromTheFlagOrTheVariableOrTheProgram(t *testing.T) {
	socket := onSocket(t, start(t, "addr: localhost:80\n").page())
	cmd := configcli.Command[depot]()
	configcli.DefaultSocket(cmd, socket)
	ask := func() error {
		cmd.SetArgs([]string{"status"})
		cmd.SetOut(io.Discard)
		cmd.SetErr(io.Discard)
		return cmd.ExecuteContext(t.Context())
	}
	testkit.Must(t, ask())
	t.Setenv("CONFIG_SOCKET", filepath.Join(t.TempDir(), "other"))
	if err := ask(); configcli.ExitCode(err) != 2 {
		t.Errorf("the variable does not count: %v", err)
	}
	out, code := runDepot(t, "", "status", "--socket", socket)
	wantOutput(t, out, code, 0, "version    1")
	testkit.WantPanic(t, "DefaultSocket", func() { configcli.DefaultSocket(&cobra.Command{Use: "x"}, socket) })
}

// fleet starts a server for each page and returns their addresses.
func fleet(t *testing.T, handlers ...http.Handler) (urls []string) {
	for _, h := range handlers {
		server := httptest.NewServer(h)
		t.Cleanup(server.Close)
		urls = append(urls, server.URL+"/")
	}
	return urls
}

func TestFleetComparesProcesses(t *testing.T) {
	t.Parallel()
	a, b := start(t, "addr: localhost:80\n"), start(t, "addr: localhost:80\n")
	urls := fleet(t, a.page(), b.page())
	out, code := runDepot(t, strings.Join(urls, "\n")+"\n", "fleet")
	d := a.Status().Digests
	row := "  depot  1        " + d.Disk.Short() + "  " + d.Content.Short() + "  " + d.Effective.Short() + "  healthy"
	wantOutput(t, out, code, 0, urls[0]+row, urls[1]+row)

	testkit.Accept(t, b, b.path, "addr: localhost:80 # the same\n")
	out, code = runDepot(t, "", append([]string{"fleet"}, urls...)...)
	wantOutput(t, out, code, 1, "the processes differ in what is on disk; the processes differ in the content that they serve")
	if strings.Contains(out, "in effect") {
		t.Errorf("what is in effect differs, too:\n%s", out)
	}

	c := start(t, "addr: localhost:80\n", config.WithStagger(24*time.Hour, "pod-0"), config.WithSettle(0))
	testkit.Replace(t, c.path, "addr: localhost:81\n")
	testkit.Eventually(t, "the change to wait", func() bool { return !c.Status().WaitingUntil.IsZero() })
	out, code = runDepot(t, "", "fleet", fleet(t, c.page())[0])
	wantOutput(t, out, code, 0, "healthy, a change waits until "+c.Status().WaitingUntil.UTC().Format(time.RFC3339))
	out, code = runDepot(t, "", "status", "--socket", onSocket(t, c.page()))
	wantOutput(t, out, code, 0, "published  "+c.Status().WaitingUntil.UTC().Format(time.RFC3339)+", what is on disk")

	testkit.Reject(t, a, a.path, "adr: x\n")
	testkit.Reject(t, b, b.path, "adr: x\n")
	out, code = runDepot(t, "", append([]string{"fleet"}, urls...)...)
	wantOutput(t, out, code, 1, "rejected: Serving version 1; what is on disk is rejected", "2 of 2 are not healthy")
}

func TestFleetPrintsJSON(t *testing.T) {
	t.Parallel()
	type fleetJSON struct {
		Error     string
		Processes []struct {
			URL, Error string
			Stores     []struct {
				Name    string
				Healthy bool
				Status  config.Status
			}
		}
	}
	fleetOf := func(wantCode int, urls ...string) (v fleetJSON) {
		out, code := runDepot(t, "", append([]string{"fleet", "--format", "json"}, urls...)...)
		wantOutput(t, out, code, wantCode)
		if err := json.NewDecoder(strings.NewReader(out)).Decode(&v); err != nil {
			t.Fatalf("%v in\n%s", err, out)
		}
		return v
	}
	a, b := start(t, "addr: localhost:80\n"), start(t, "addr: localhost:81\n")
	urls := fleet(t, a.page(), b.page())
	v := fleetOf(1, urls[0], urls[1], "http://user:secret@127.0.0.1:1")
	if p := v.Processes; len(p) != 3 || p[0].URL != urls[0] || p[0].Stores[0].Status.Digests.Disk != a.Status().Digests.Disk ||
		p[1].Stores[0].Status.Digests.Effective != b.Status().Digests.Effective || p[2].URL != "http://user:xxxxx@127.0.0.1:1" || p[2].Error == "" {
		t.Errorf("got %+v", v)
	}
	if !strings.Contains(v.Error, "the processes differ in what is on disk; ") || !strings.HasSuffix(v.Error, "; 1 of 3 did not answer") {
		t.Errorf("the error is %q", v.Error)
	}
	if v := fleetOf(0, urls[0]); v.Error != "" || !v.Processes[0].Stores[0].Healthy || v.Processes[0].Error != "" {
		t.Errorf("got %+v", v)
	}
}

// The JSON of another process is decoded, so what that has escaped must be escaped again.
func TestJSONOfOtherProcessesIsEscaped(t *testing.T) {
	t.Parallel()
	h := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, `{"stores": [{"name": "a\u001b[31mb\u202ec", "summary": "\u009b2J", "healthy": true}]}`)
	})
	for _, args := range [][]string{{"fleet", "--format", "json", fleet(t, h)[0]}, {"status", "--format", "json", "--socket", onSocket(t, h)}} {
		out, code := runDepot(t, "", args...)
		wantOutput(t, out, code, 0, `"name": "a\u001b[31mb\u202ec"`, `"summary": "\u009b2J"`)
		wantPlain(t, "json of "+args[0], out)
	}
}

func TestFleetTrustsNoAnswer(t *testing.T) {
	t.Parallel()
	good := start(t, "addr: localhost:80\n").page()
	body := func(text string) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, text) })
	}
	elsewhere := fleet(t, good)[0]
	for want, h := range map[string]http.Handler{
		"no answer: the answer is 302 Found":                      http.RedirectHandler(elsewhere, http.StatusFound),
		"no answer: the answer has more than 1048576 bytes":       body(`{"stores": [` + strings.Repeat(" ", 1<<20) + `]}`),
		"no answer: the answer is not that of confighttp.Handler": body("<html>"),
		"no answer: the answer has no store":                      body("{}"),
		"no answer: the answer has more than 100 stores":          body(`{"stores": [` + strings.Repeat("{},", 100) + `{}]}`),
		"confighttp.Handler: config: a digest has 32 bytes":       body(`{"stores": [{"status": {"digests": {"disk": "00"}}}]}`),
		`a\x1b[31mb\u202ec`:                                       body(`{"stores": [{"name": "a\u001b[31mb\u202ec", "healthy": true}]}`),
	} {
		out, code := runDepot(t, "", "fleet", fleet(t, h)[0])
		wantCode := 2
		if strings.HasPrefix(want, "a") {
			wantCode = 0
		}
		wantOutput(t, out, code, wantCode, want)
	}
}

func TestFleetRefusesOtherAddressesThanHTTP(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"file:///etc/passwd":             "no answer: its address does not begin with http:// or https://",
		"http://:8080/debug/config/":     "no answer: its address has no host",
		"http://user:secret@127.0.0.1:1": "http://user:xxxxx@127.0.0.1:1",
		"http://%zz":                     "no answer: ",
	} {
		out, code := runDepot(t, "", "fleet", address)
		wantOutput(t, out, code, 2, want, "1 of 1 did not answer")
	}
	out, code := runDepot(t, " \n", "fleet")
	wantOutput(t, out, code, 2, "no address was given")
}

func TestFleetSendsSixteenRequestsAtOnce(t *testing.T) {
	t.Parallel()
	page := start(t, "addr: localhost:80\n").page()
	var now, most atomic.Int32
	var once sync.Once
	released := make(chan struct{})
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n := now.Add(1)
		defer now.Add(-1)
		for old := most.Load(); n > old && !most.CompareAndSwap(old, n); old = most.Load() {
		}
		if n == 16 {
			once.Do(func() { close(released) })
		}
		<-released
		page.ServeHTTP(w, r)
	})
	out, code := runDepot(t, strings.Repeat(fleet(t, h)[0]+" ", 40), "fleet")
	wantOutput(t, out, code, 0, "healthy")
	if n := most.Load(); n != 16 {
		t.Errorf("%d were asked at once", n)
	}
}

type noTransport struct{ http.RoundTripper }

// A program may replace http.DefaultTransport, to trace requests.
func TestFleetNeedsNoDefaultTransport(t *testing.T) {
	urls := fleet(t, start(t, "addr: :80\n").page())
	own := http.DefaultTransport
	http.DefaultTransport = noTransport{own}
	defer func() { http.DefaultTransport = own }()
	out, code := runDepot(t, "", append([]string{"fleet"}, urls...)...)
	wantOutput(t, out, code, 0, "healthy")
}
