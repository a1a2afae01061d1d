//go:build unix && !linux

package config_test

import (
	"errors"
	"os"
)

// replace moves from to to, with the shortest possible gap.
func replace(from, to string) error { return errors.Join(os.RemoveAll(to), os.Rename(from, to)) }
