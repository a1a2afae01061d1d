// Package manifest converts the data of a ConfigMap or Secret to the files of a volume, as
// documents that can be validated without a volume.
package manifest

import (
	"encoding/base64"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"

	"example.com/lastgood/internal/source"
)

// IsFileName reports whether Kubernetes accepts a key in a ConfigMap or Secret.
func IsFileName(key string) bool {
	return len(key) <= 253 && !strings.HasPrefix(key, "..") && key != "." && fileName().MatchString(key)
}

// fileName is compiled when first used, not when a program starts.
var fileName = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[-._a-zA-Z0-9]+$`) })

// Data returns the content of the file of a key whose value in the manifest is text.
func Data(text string, isBase64 bool) ([]byte, error) {
	if isBase64 {
		return base64.StdEncoding.DecodeString(text) // skips line breaks
	}
	return []byte(text), nil
}

// Document returns a place with the file of a key, in an object of that kind; path is its name
// in problems. Variables in it are not expanded, and files that it refers to are not read. All
// of a Secret is secret.
func Document(kind, key, path string, data []byte, margin source.Margin) source.Place {
	return source.Place{Path: path, Content: &source.Content{Name: key, Data: data, Margin: margin, Dry: true, Secret: kind == "Secret"}}
}

// Choose returns the keys of all to validate: the wanted ones, in that order, or if there are
// none those that end in one of the extensions, in the order of all.
func Choose(all, wanted, extensions []string) (chosen []string) {
	if len(wanted) > 0 {
		for _, key := range wanted {
			if slices.Contains(all, key) {
				chosen = append(chosen, key)
			}
		}
		return chosen
	}
	for _, key := range all {
		if slices.Contains(extensions, strings.ToLower(strings.TrimPrefix(filepath.Ext(key), "."))) {
			chosen = append(chosen, key)
		}
	}
	return chosen
}
