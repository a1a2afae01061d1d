package config

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"log/slog"
	"strings"

	"example.com/lastgood/internal/layers"
	"example.com/lastgood/internal/load"
	"example.com/lastgood/internal/redact"
	"example.com/lastgood/internal/source"
)

// Digests tell by what processes differ: whether all have the same files on disk, whether
// they serve what is on disk, and whether they run the same values.
//
// Disk and Content are what this prints of the files, in the order in which the store
// reads them, where none of them holds a secret; a file that cannot be read is left out:
//
//	sha256sum /etc/app/base.yaml /etc/app/over.yaml | sed 's|  .*/|  |' | sha256sum
//
// Effective is of the keys and values that are served, whatever they come from: it counts
// variables, flags and defaults, and for what waits for a restart the running value. Files
// that mean the same, with other comments for one, have the same.
//
// A secret enters as 16 bits of its SHA-256, the same ones in all sums, and so does what a
// document has from a variable or a file. So nearly every
// change of one shows, and whoever knows all else and tries guesses is left with one in
// 65,536 of them: that tells a PIN of four digits, and not a password. What is no field's
// secret, such as a comment, or what a type without secrets has, enters as it is.
type Digests struct {
	Disk      Digest    `json:"disk"`            // of the files as they were last read and judged
	Content   Digest    `json:"content"`         // of the files that what is served was made of
	Effective Digest    `json:"effective"`       // of what is served; zero if a method of a value does not return
	Files     []FileSum `json:"files,omitempty"` // those of Disk, in order; it must not be changed
}

// FileSum is the sum of a file.
type FileSum struct {
	Path string `json:"path"` // not escaped

	// Sum is what sha256sum prints of a file without secrets, 64 characters. Of a file with
	// secrets it is "16-bit:" and four characters, of its keys and values as they are written,
	// references included, and without comments; and so it is of a secret document of a [Source],
	// of a key file ([WithKeyDir]), and of one that a variable or a document names. It is
	// "absent" for an optional file that is not there, "unparsed" for one that does not parse
	// although there are secrets in the type, and else the code of why it could not be read,
	// such as [CodeMissingFile].
	Sum string `json:"sum"`
}

// String renders the sum as sha256sum prints it, with the whole path.
func (f FileSum) String() string { return redact.Escape(f.Sum + "  " + f.Path) }

// Digest is a SHA-256; see [Digests].
type Digest [sha256.Size]byte

// String returns the digest in hexadecimal, 64 characters.
func (d Digest) String() string { return hex.EncodeToString(d[:]) }

// Short returns the first 12 characters of the digest, as the log and the metrics have it.
func (d Digest) Short() string { return hex.EncodeToString(d[:6]) }

// MarshalText implements [encoding.TextMarshaler], for JSON among others.
func (d Digest) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText implements [encoding.TextUnmarshaler]. It returns an error for what is not
// 64 hexadecimal characters.
func (d *Digest) UnmarshalText(text []byte) error {
	read, err := hex.DecodeString(string(text))
	switch {
	case err != nil:
		return fmt.Errorf("config: a digest: %w", err)
	case len(read) != len(d):
		return fmt.Errorf("config: a digest has %d bytes, not %d", len(d), len(read))
	}
	copy(d[:], read)
	return nil
}

// sums are the sums of the files of some content.
type sums struct {
	files []FileSum
	all   Digest
}

func newSums(of load.Sums) *sums {
	s := &sums{make([]FileSum, len(of.Files)), Digest(of.All)}
	for i, f := range of.Files {
		s.files[i] = FileSum(f)
	}
	return s
}

// sumsOf returns the sums of documents. result is what a pass made of them; nil for none.
func sumsOf(loader *load.Loader, docs []source.Document, result *load.Result) *sums {
	var known []*layers.Layer
	switch {
	case loader == nil: // of a test's value
		return &sums{}
	case result != nil && result.Tree != nil:
		known = result.Tree.Layers
	}
	return newSums(loader.Sums(context.Background(), docs, known, false))
}

// paths lists the files in a record of the log.
func (s *sums) paths() string {
	const most = 10
	var paths []string
	for _, f := range s.files[:min(len(s.files), most)] {
		paths = append(paths, f.Path)
	}
	if more := len(s.files) - most; more > 0 {
		paths = append(paths, fmt.Sprintf("and %d more", more))
	}
	return redact.Escape(strings.Join(paths, ", "))
}

// effective is the digest of a version's values in a record of the log: it is made only if
// the record is written.
type effective struct{ result *load.Result }

func (e effective) String() string { return Digest(e.result.Effective()).Short() }

// LogValue implements [slog.LogValuer].
func (e effective) LogValue() slog.Value { return slog.StringValue(e.String()) }

// digests are the attributes of a record about a version.
func (s *Snapshot[T]) digests() []any {
	return []any{"version", s.Version, "content", s.Content.Short(), "effective", effective{s.result}}
}
