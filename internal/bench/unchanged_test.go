package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"testing"

	"example.com/lastgood/config"
	"example.com/lastgood/internal/source"
	"example.com/lastgood/internal/watch"
)

// BenchmarkUnchanged compares a reload with what finds that content is what it was: a
// poll, a poll after something else was written, and the look that a swap to the same
// bytes leads to. Bare is os.ReadFile and a hash.
func BenchmarkUnchanged(b *testing.B) {
	for _, z := range sizes {
		poll, other, changing := newFile(b, z, "yaml"), newFile(b, z, "yaml"), newFile(b, z, "yaml")
		v, text := volume{dir: b.TempDir()}, z.text("yaml", 1)
		same := func() error { _, err := v.swap(text); return err }
		must(b, same())
		looks := []struct {
			name, path string
			before     func() error
			look       func(*watch.Files) error
		}{
			{"poll", poll.path, nil, findUnchanged},
			{"poll_after_others", poll.path, other.change, findUnchanged},
			{"same_bytes", v.path(), same, lookAgain},
		}
		for _, l := range looks {
			files := watch.NewFiles(nil, []source.Place{{Path: l.path}}, source.Limits{Size: config.DefaultMaxSize})
			files.Scan(context.Background())
			name := fmt.Sprintf("size=%v/look=%s", z, l.name)
			measure(b, name, l.before, func() error { return l.look(files) })
			measure(b, name+",bare", l.before, func() error { return readAndHash(l.path) })
		}
		reload := loadersOf(z, "yaml")[1]
		load, release, err := reload.open(changing.path)
		must(b, err)
		measure(b, fmt.Sprintf("size=%v/look=reload", z), changing.change, func() error { _, err := load(); return err })
		release()
	}
}

// findUnchanged is what a poll does.
func findUnchanged(files *watch.Files) error {
	if !files.Unchanged(context.Background()) {
		return errors.New("what is unchanged is not found to be")
	}
	return nil
}

// lookAgain is what a hint leads to.
func lookAgain(files *watch.Files) error {
	if s := files.Scan(context.Background()); len(s.Documents) != 1 || s.Documents[0].Err != nil {
		return errors.New("it cannot be read")
	}
	return nil
}

// readAndHash is the least that finds out whether a file has changed.
func readAndHash(path string) error {
	data, err := os.ReadFile(path)
	sum := sha256.Sum256(data)
	sink.Add(int64(sum[0]))
	return err
}
