//go:build !linux

package source

// isMadeUp reports whether the kernel makes up what is read of a file.
func (f file) isMadeUp() bool { return false }
