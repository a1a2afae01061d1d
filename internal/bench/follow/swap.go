//go:build linux

package follow

import (
	"os"
	"path/filepath"
	"strconv"
	"time"

	"example.com/lastgood/internal/bench/meter"
)

// Volume is a directory that is swapped as the kubelet swaps a ConfigMap's volume.
// It does what internal/volume does, and tells when the new content became visible.
type Volume struct {
	Dir   string
	count int
}

// Path returns where a service finds key.
func (v *Volume) Path(key string) string { return filepath.Join(v.Dir, key) }

// Swap makes files the content. It returns when the rename that publishes it began, by
// [meter.Now].
func (v *Volume) Swap(files map[string][]byte) (published time.Duration, err error) {
	v.count++
	generation := "..generation-" + strconv.Itoa(v.count)
	if err := os.MkdirAll(v.Path(generation), 0o755); err != nil {
		return 0, err
	}
	if err := os.Chmod(v.Path(generation), 0o755); err != nil {
		return 0, err
	}
	for key, data := range files {
		if err := os.WriteFile(v.Path(generation+"/"+key), data, 0o644); err != nil {
			return 0, err
		}
	}
	old, _ := os.Readlink(v.Path("..data")) // none at first
	if err := os.Symlink(generation, v.Path("..data_tmp")); err != nil {
		return 0, err
	}
	published = meter.Now()
	if err := os.Rename(v.Path("..data_tmp"), v.Path("..data")); err != nil {
		return 0, err
	}
	if old != "" {
		return published, os.RemoveAll(v.Path(old))
	}
	for key := range files {
		if err := os.Symlink("..data/"+key, v.Path(key)); err != nil {
			return 0, err
		}
	}
	return published, nil
}
