package main

import (
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"time"
)

// volume is a directory that is swapped as the kubelet swaps a ConfigMap's volume. Unlike internal/volume, it
// also publishes identical content, and returns the time of the rename.
type volume struct {
	dir   string
	count int
}

func (v *volume) path() string { return filepath.Join(v.dir, "config.yaml") }

// swap replaces the content of config.yaml. It returns the time at which the rename of ..data began, by
// [monotonic].
func (v *volume) swap(text []byte) (published time.Duration, err error) {
	v.count++
	generation := "..generation-" + strconv.Itoa(v.count)
	dir, data, old := filepath.Join(v.dir, generation), filepath.Join(v.dir, "..data"), ""
	if v.count > 1 {
		if old, err = os.Readlink(data); err != nil {
			return 0, err
		}
	}
	if err := errors.Join(os.Mkdir(dir, 0o755), os.Chmod(dir, 0o755),
		os.WriteFile(filepath.Join(dir, "config.yaml"), text, 0o644), os.Symlink(generation, data+"_tmp")); err != nil {
		return 0, err
	}
	published = monotonic()
	if err := os.Rename(data+"_tmp", data); err != nil {
		return 0, err
	}
	if old == "" {
		return published, os.Symlink("..data/config.yaml", v.path())
	}
	return published, os.RemoveAll(filepath.Join(v.dir, old))
}
