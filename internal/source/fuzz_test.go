//go:build unix

package source_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"example.com/lastgood/internal/source"
)

// FuzzWalk creates files, directories and links, and checks that a walk ends at the same file as
// the kernel's, or with the same error.
func FuzzWalk(f *testing.F) {
	for _, seed := range []string{
		"d/l/../c.yaml\nd/l>../a/b\na/c.yaml=\nd/c.yaml=",
		"d/c.yaml\nd/c.yaml>l/../t.yaml\nd/l>../a/b\na/t.yaml=",
		"a/../b/c\na>b\nb/c=",
		"a/b/c\na=",
		"a/../b\na=\nb=",
		"a/.\na=",
		"a/\na>b/\nb=",
		"a//b/./../c/\na/c/d=\na/b/d=",
		"../../../a\na=",
		"l\nl>l",
		"a/b\na>.\nb=",
		"x/../a\na=",
		"l/..\nl>d/e\nd/e/f=",
		"a/..\na|",
		"a\na>b\nb|",
		"l/x\nl>/\nx=",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, script string) {
		path, rest, _ := strings.Cut(script, "\n")
		if len(script) > 300 || strings.ContainsRune(script, 0) || filepath.IsAbs(path) {
			t.Skip()
		}
		dir := root(t)
		plant(dir, rest)
		wd := filepath.Join(dir, "w", "d")
		if os.MkdirAll(wd, 0o755) != nil {
			t.Skip() // the script has something else there
		}
		for _, base := range []string{dir, wd} {
			at := base + "/" + path
			wantSameAsKernel(t, at, at)
			abs, err := source.Abs(at)
			must(t, err)
			wantSameAsKernel(t, abs, asGiven(at))
		}
	})
}

// asGiven returns path without a trailing separator or ".", which only require a directory.
func asGiven(path string) string {
	for {
		shorter := strings.TrimSuffix(strings.TrimSuffix(path, "/"), "/.")
		if shorter == path {
			return path
		}
		path = shorter
	}
}

// plant creates the files of a script, one a line: NAME= is a file, NAME|, a FIFO, NAME>TARGET
// a link. Lines that fail are ignored.
func plant(dir, script string) {
	for line := range strings.SplitSeq(script, "\n") {
		i := strings.IndexAny(line, "=|>")
		if i <= 0 || !filepath.IsLocal(line[:i]) {
			continue
		}
		path := filepath.Join(dir, line[:i])
		_ = os.MkdirAll(filepath.Dir(path), 0o755)
		switch line[i] {
		case '=':
			_ = os.WriteFile(path, nil, 0o600)
		case '|':
			_ = unix.Mkfifo(path, 0o600)
		case '>':
			_ = os.Symlink(line[i+1:], path)
		}
	}
}

func wantSameAsKernel(t *testing.T, path, kernels string) {
	t.Helper()
	var st unix.Stat_t
	err := unix.Stat(kernels, &st)
	trace := source.Walk(path)
	switch {
	case err == nil && (trace.Err != nil || trace.ID.Inode != st.Ino || trace.ID.Device != uint64(st.Dev)): //nolint:unconvert // it has another type elsewhere
		t.Errorf("%q leads to inode %d, %v, want %d", path, trace.ID.Inode, trace.Err, st.Ino)
	case err != nil && (trace.Err == nil || !errors.Is(trace.Err, err) && !(isNowhere(err) && trace.Missing())):
		t.Errorf("%q leads to %q, %v, want %v", path, trace.Real, trace.Err, err)
	}
}

// isNowhere reports whether err means that there is no file. For a path with two reasons, it does
// not matter which of them the kernel reports.
func isNowhere(err error) bool {
	return errors.Is(err, syscall.ENOENT) || errors.Is(err, syscall.ENOTDIR)
}
