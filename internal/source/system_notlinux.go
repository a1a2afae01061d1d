//go:build !linux

package source

// isGenerated always reports false.
func (f file) isGenerated() bool { return false }
