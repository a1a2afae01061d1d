//go:build unix

package confighttp_test

import (
	"io/fs"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"example.com/lastgood/config/confighttp"
	"example.com/lastgood/internal/testkit"
)

// socketDir returns a directory with a short path: the path of a socket is limited.
func socketDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "s")
	testkit.Must(t, err)
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

func listen(t *testing.T, path string) net.Listener {
	t.Helper()
	ln, err := confighttp.ListenUnix(path)
	testkit.Must(t, err)
	t.Cleanup(func() { _ = ln.Close() })
	return ln
}

func wantNoListener(t *testing.T, path, want string) {
	t.Helper()
	ln, err := confighttp.ListenUnix(path)
	if err == nil {
		_ = ln.Close()
		t.Fatalf("it listens, want an error with %q", want)
	}
	if !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), path) {
		t.Errorf("got %v, want %q", err, want)
	}
}

func TestASocketIsForThisUserAloneWhateverTheUmask(t *testing.T) {
	if !testkit.Alone(t, syscall.SysProcAttr{}) {
		return
	}
	dir := socketDir(t)
	for _, umask := range []int{0, 0o777} {
		syscall.Umask(umask)
		ln := listen(t, filepath.Join(dir, "s"))
		info, err := os.Lstat(ln.Addr().String())
		testkit.Must(t, err)
		if info.Mode() != fs.ModeSocket|0o600 {
			t.Errorf("with the umask %o, the mode is %v", umask, info.Mode())
		}
		testkit.Must(t, ln.Close())
	}
	left, err := os.ReadDir(dir)
	testkit.Must(t, err)
	if len(left) > 0 {
		t.Errorf("%v is left", left)
	}
}

func TestASocketThatAProcessLeftBehindIsReplaced(t *testing.T) {
	t.Parallel()
	path := filepath.Join(socketDir(t), "s")
	old, err := net.ListenUnix("unix", &net.UnixAddr{Name: path})
	testkit.Must(t, err)
	old.SetUnlinkOnClose(false)
	testkit.Must(t, old.Close())
	ln := listen(t, path)
	accepted := make(chan error, 1)
	go func() {
		conn, err := ln.Accept()
		if err == nil {
			err = conn.Close()
		}
		accepted <- err
	}()
	conn, err := net.Dial("unix", path)
	testkit.Must(t, err)
	testkit.Must(t, conn.Close())
	testkit.Must(t, testkit.Within(t, accepted, "the connection"))
}

func TestASocketOnWhichSomebodyListensIsAnError(t *testing.T) {
	t.Parallel()
	path := filepath.Join(socketDir(t), "s")
	ln := listen(t, path)
	wantNoListener(t, path, "another process listens on it")
	conn, err := net.Dial("unix", path)
	testkit.Must(t, err)
	testkit.Must(t, conn.Close())
	testkit.Must(t, ln.Close())
	if _, err := os.Lstat(path); !os.IsNotExist(err) {
		t.Errorf("closed, and still there: %v", err)
	}
	listen(t, path)
}

func TestAFileThatIsNoSocketIsNotReplaced(t *testing.T) {
	t.Parallel()
	dir := socketDir(t)
	file, link := filepath.Join(dir, "file"), filepath.Join(dir, "link")
	testkit.Write(t, file, "precious")
	testkit.Must(t, os.Symlink(file, link))
	wantNoListener(t, file, "there is something else, which is no socket")
	wantNoListener(t, link, "there is something else, which is no socket")
	if testkit.Read(t, file) != "precious" {
		t.Error("it was written to")
	}
	wantNoListener(t, filepath.Join(dir, "none", "s"), "no such file or directory")
	wantNoListener(t, filepath.Join(dir, strings.Repeat("x", 200)), "too long")
	wantNoListener(t, "", "the path is empty")
}

// Of many processes that listen at once, one succeeds, even if an old socket exists.
func TestOneOfManyGetsTheSocket(t *testing.T) {
	t.Parallel()
	path := filepath.Join(socketDir(t), "s")
	old, err := net.ListenUnix("unix", &net.UnixAddr{Name: path})
	testkit.Must(t, err)
	old.SetUnlinkOnClose(false)
	testkit.Must(t, old.Close())
	var mu sync.Mutex
	var all []net.Listener
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			if ln, err := confighttp.ListenUnix(path); err == nil {
				mu.Lock()
				defer mu.Unlock()
				all = append(all, ln)
			}
		})
	}
	wg.Wait()
	for _, ln := range all {
		testkit.Must(t, ln.Close())
	}
	if len(all) != 1 {
		t.Errorf("%d listen", len(all))
	}
}

func TestAPartOfTheJSONIsWithoutTheRest(t *testing.T) {
	t.Parallel()
	store, path := follow(t, good)
	reject(t, store, path, bad)
	h := confighttp.Handler(confighttp.Named("shop", store))
	for query, want := range map[string][]bool{ // settings, history, problems
		"":              {true, true, true},
		"&only=status":  {false, false, true},
		"&only=summary": {false, false, false},
	} {
		d := decode[document](t, text(t, ask(t, h, http.MethodGet, "/?format=json"+query))).Stores[0]
		if got := []bool{d.Settings != nil, d.History != nil, d.Status["error"] != nil}; got[0] != want[0] || got[1] != want[1] || got[2] != want[2] {
			t.Errorf("%s: got %v, want %v", query, got, want)
		}
		if d.Healthy || d.State != "rejected" || d.Status["digests"].(map[string]any)["disk"] != store.Status().Digests.Disk.String() {
			t.Errorf("%s: got %+v", query, d)
		}
	}
	for _, target := range []string{"/?format=json&only=x", "/?only=status"} {
		if r := ask(t, h, http.MethodGet, target); r.StatusCode != http.StatusBadRequest {
			t.Errorf("%s: %d", target, r.StatusCode)
		}
	}
}
