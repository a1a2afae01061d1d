//go:build !linux

package source

// isGenerated reports whether the kernel makes up what is read of a file.
func (f file) isGenerated() bool { return false }
