package document

import (
	"path/filepath"
	"strings"
)

// Format is a file format.
type Format uint8

// The formats.
const (
	YAML Format = iota + 1
	TOML
	JSON
)

// String returns the name of the format: "YAML".
func (f Format) String() string {
	switch f {
	case YAML:
		return "YAML"
	case TOML:
		return "TOML"
	case JSON:
		return "JSON"
	}
	return "unknown format"
}

// Extensions returns the extensions of files, in the order in which they are searched for.
func Extensions() []string { return []string{"yaml", "yml", "toml", "json"} }

// FormatOf returns the format for the extension of path, in upper or lower case: .yaml,
// .yml, .toml or .json.
func FormatOf(path string) (Format, bool) {
	switch strings.ToLower(filepath.Ext(path)) {
	case ".yaml", ".yml":
		return YAML, true
	case ".toml":
		return TOML, true
	case ".json":
		return JSON, true
	}
	return 0, false
}
