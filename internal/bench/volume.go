package main

import (
	"os"
	"path/filepath"
	"strconv"
	"time"
)

// volume is a directory that is swapped as the kubelet swaps a ConfigMap's volume. Other
// than internal/volume, it publishes identical content again, and knows when it did.
type volume struct {
	dir   string
	count int
}

func (v *volume) path() string { return filepath.Join(v.dir, "config.yaml") }

// swap makes text the content of config.yaml. It returns when the rename that publishes
// it began, by [monotonic].
func (v *volume) swap(text []byte) (published time.Duration, err error) {
	v.count++
	generation := "..generation-" + strconv.Itoa(v.count)
	data, old := filepath.Join(v.dir, "..data"), ""
	if v.count > 1 {
		if old, err = os.Readlink(data); err != nil {
			return 0, err
		}
	}
	if err := os.Mkdir(filepath.Join(v.dir, generation), 0o755); err != nil {
		return 0, err
	}
	if err := os.Chmod(filepath.Join(v.dir, generation), 0o755); err != nil {
		return 0, err
	}
	if err := os.WriteFile(filepath.Join(v.dir, generation, "config.yaml"), text, 0o644); err != nil {
		return 0, err
	}
	if err := os.Symlink(generation, data+"_tmp"); err != nil {
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
