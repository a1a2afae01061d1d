//go:build linux

package main

import (
	"os"
	"path/filepath"

	"example.com/lastgood/internal/bench/sample"
)

// size is a configuration to measure.
type size struct {
	name string
	keys int // 0 for the small one
}

// sizes returns those that the bar names, as far as the settings allow.
func (s *settings) sizes() []size {
	all := []size{{"40 lines", 0}, {"1,000 keys", 1000}}
	if s.most >= 10_000 {
		all = append(all, size{"10,000 keys", 10_000})
	}
	return all
}

// value returns a revision of a configuration of that size.
func (z size) value(revision int) any {
	if z.keys == 0 {
		return sample.NewSmall(revision)
	}
	return sample.NewLarge(z.keys, revision)
}

// file is one whose content can be replaced by another revision of it, written
// beforehand.
type file struct {
	path  string
	texts [2][]byte
	next  int
}

// newFile makes a file with the first of two texts in a directory of its own.
func (s *settings) newFile(name string, texts [2][]byte) (*file, error) {
	dir, err := os.MkdirTemp(s.dir, "")
	if err != nil {
		return nil, err
	}
	f := &file{path: filepath.Join(dir, name), texts: texts}
	return f, f.change()
}

// newSample makes a file with a configuration, and the next revision of it.
func (s *settings) newSample(z size, format string) (*file, error) {
	return s.newFile("config."+format, [2][]byte{sample.In(z.value(1), format), sample.In(z.value(2), format)})
}

// change writes the other text.
func (f *file) change() error {
	text := f.texts[f.next]
	f.next = 1 - f.next
	return os.WriteFile(f.path, text, 0o644)
}
