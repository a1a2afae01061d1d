// Package manifest knows what the data of a ConfigMap or Secret is once that is mounted: files,
// which are judged without being there.
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

// IsFileName reports whether Kubernetes takes a key of a ConfigMap or Secret.
func IsFileName(key string) bool {
	return len(key) <= 253 && !strings.HasPrefix(key, "..") && key != "." && fileName().MatchString(key)
}

// fileName is compiled where there is a manifest, not when a program starts.
var fileName = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[-._a-zA-Z0-9]+$`) })

// Data returns what the file of a key holds whose value is text.
func Data(text string, isBase64 bool) ([]byte, error) {
	if isBase64 {
		return base64.StdEncoding.DecodeString(text) // which skips line breaks
	}
	return []byte(text), nil
}

// Document returns the file of a key of an object of that kind as a document to judge, which
// problems call path. It refers to nothing: no variable of its text is expanded, and no file
// that it names is read. All of a Secret is secret: its values are not shown.
func Document(kind, key, path string, data []byte, margin source.Margin) source.Place {
	return source.Place{Path: path, Content: &source.Content{Name: key, Data: data, Margin: margin, Dry: true, Secret: kind == "Secret"}}
}

// Choose returns the keys to judge of all that there are: those that are wanted, in that order,
// or else those that end in one of the extensions, in the order of all.
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
