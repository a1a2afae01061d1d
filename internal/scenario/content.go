//go:build linux

package scenario

import (
	"fmt"
	"strings"
)

// broken is a version whose content no library accepts.
const (
	broken     = -1
	brokenText = "left: [\n"
)

// first is added to every version in a file, so that all have one length.
const first = 1000

// YAML returns a version as a YAML file whose halves belong together: the first
// half parses on its own, but is never a version.
func YAML(version int) string {
	return fmt.Sprintf("left: %d\ntext: %s\nright: %d\n", first+version, padding(version), first+version)
}

// padding tells versions apart that are mixed in the middle.
func padding(version int) string { return strings.Repeat(string(rune('a'+version%26)), 200) }

// Version returns the version that the values of a [YAML] file have, or what is
// wrong with them.
func Version(left int, text string, right int) (int, error) {
	if version := left - first; left == right && version >= 0 && text == padding(version) {
		return version, nil
	}
	return 0, fmt.Errorf("left: %d, text: %.5q with %d bytes, right: %d", left, text, len(text), right)
}
