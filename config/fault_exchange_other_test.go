//go:build unix && !linux

package config_test

import (
	"errors"
	"os"
)

// replace puts what is at from in the place of what is at to, with as
// short a gap as can be.
func replace(from, to string) error { return errors.Join(os.RemoveAll(to), os.Rename(from, to)) }
