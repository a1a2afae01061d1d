package confighttp_test

import (
	"bytes"
	"context"
	"image"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// browser runs Chromium without a window, one process for each call.
type browser struct {
	t    *testing.T
	path string
}

// newBrowser skips the test if there is no Chromium, and with -short.
func newBrowser(t *testing.T) browser {
	t.Helper()
	if testing.Short() {
		t.Skip("a browser takes its time")
	}
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return browser{t, path}
		}
	}
	t.Skip("there is no Chromium")
	return browser{}
}

// run opens url. It returns the output of Chromium, and the lines of the page's console.
func (b browser) run(url string, args ...string) (printed string, console []string) {
	b.t.Helper()
	home, err := os.MkdirTemp("", "chromium-")
	if err != nil {
		b.t.Fatal(err)
	}
	defer func() { _ = os.RemoveAll(home) }() // a process of Chromium can still write into it
	ctx, cancel := context.WithTimeout(b.t.Context(), time.Minute)
	defer cancel()
	args = append(args, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
		"--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-breakpad",
		"--user-data-dir="+home, "--enable-logging=stderr", "--hide-scrollbars", url)
	cmd := exec.CommandContext(ctx, b.path, args...)
	cmd.Env = append(os.Environ(), "HOME="+home)
	cmd.WaitDelay = 5 * time.Second
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		b.t.Fatalf("%v\n%s", err, &stderr)
	}
	for line := range strings.Lines(stderr.String()) {
		if strings.Contains(line, ":CONSOLE") {
			console = append(console, line)
		}
	}
	return stdout.String(), console
}

// dump returns the DOM of url as Chromium has it after loading.
func (b browser) dump(url string, args ...string) (dom string, console []string) {
	b.t.Helper()
	return b.run(url, append(args, "--dump-dom", "--virtual-time-budget=5000")...)
}

// picture takes a picture of the whole page, in the light or the dark theme.
func (b browser) picture(url, theme string) image.Image {
	b.t.Helper()
	path := filepath.Join(b.t.TempDir(), "page.png")
	scheme := map[string]string{"dark": "0", "light": "1"}[theme]
	_, console := b.run(url, "--screenshot="+path, "--window-size=1120,2400", "--blink-settings=preferredColorScheme="+scheme)
	if len(console) > 0 {
		b.t.Errorf("the console has %q", console)
	}
	file, err := os.Open(path)
	if err != nil {
		b.t.Fatal(err)
	}
	defer file.Close()
	all, err := png.Decode(file)
	if err != nil {
		b.t.Fatal(err)
	}
	return cropped(b.t, all)
}

// cropped removes the empty space below the page, except for a margin.
func cropped(t *testing.T, all image.Image) image.Image {
	t.Helper()
	size := all.Bounds()
	empty := all.At(size.Max.X-1, size.Max.Y-1)
	for y := size.Max.Y - 1; y >= 0; y-- {
		for x := range size.Max.X {
			if all.At(x, y) != empty {
				size.Max.Y = min(size.Max.Y, y+24)
				part, ok := all.(interface {
					SubImage(image.Rectangle) image.Image
				})
				if !ok {
					t.Fatalf("%T cannot be cropped", all)
				}
				return part.SubImage(size)
			}
		}
	}
	t.Fatal("the picture is empty")
	return nil
}
