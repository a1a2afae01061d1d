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

// Digests are checksums by which processes are compared: whether they read the same files,
// whether they serve what is on disk, and whether they run the same values.
//
// Disk and Content are what this command prints for the files, in the order in which the store
// reads them, if none of them contains a secret; files that cannot be read are omitted:
//
//	sha256sum /etc/app/base.yaml /etc/app/over.yaml | sed 's|  .*/|  |' | sha256sum
//
// Effective is a digest of the keys and values that are served, from all layers; a setting that
// needs a restart counts with its running value. It does not depend on comments or notation.
//
// A secret, and a text that a document takes from a variable or a file, enters all digests as
// 16 bits of its SHA-256. So nearly every change of a secret changes the digests, while an
// attacker who guesses it can exclude all but one in 65,536 guesses: enough to find a PIN of
// four digits, but not a password. Text that is not the value of a secret field, such as a
// comment, and files of a type without secrets enter unchanged.
type Digests struct {
	Disk      Digest    `json:"disk"`            // of the files at the last attempt to load them
	Content   Digest    `json:"content"`         // of the files of the current version
	Effective Digest    `json:"effective"`       // of the current values; zero if a method of one panics or takes more than a second
	Files     []FileSum `json:"files,omitempty"` // of Disk, in order; it must not be modified
}

// FileSum is the checksum of one file.
type FileSum struct {
	Path string `json:"path"` // not escaped

	// Sum is the SHA-256 of a file without secrets, 64 characters, as sha256sum prints it.
	// It is "16-bit:" and four characters for a file with secrets, computed from its keys
	// and values as written, without comments; for a secret document of a [Source]; for a
	// file of [WithKeyDir]; and for a file that a variable or a document refers to. It is
	// "absent" for an optional file that does not exist, "unparsed" for a file that does
	// not parse if the type has secrets, and otherwise the code of the problem with reading
	// it, such as [CodeMissingFile].
	Sum string `json:"sum"`
}

// String returns a line as sha256sum prints it, with the path as given.
func (f FileSum) String() string { return redact.Escape(f.Sum + "  " + f.Path) }

// Digest is a SHA-256 checksum; see [Digests].
type Digest [sha256.Size]byte

// String returns the digest in hexadecimal, 64 characters.
func (d Digest) String() string { return hex.EncodeToString(d[:]) }

// Short returns the first 12 characters of [Digest.String], which logs and metrics contain.
func (d Digest) Short() string { return hex.EncodeToString(d[:6]) }

// MarshalText implements [encoding.TextMarshaler]. It returns the text of [Digest.String].
func (d Digest) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText implements [encoding.TextUnmarshaler]. It returns an error if the text is not
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

// sums are the checksums of one version of the files.
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

// sumsOf returns the checksums of documents. result is the result of a pass over them, or nil.
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

// paths returns the list of the files for a log record.
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

// effective is the effective digest in a log record, computed only if the record is written.
type effective struct{ result *load.Result }

func (e effective) String() string { return Digest(e.result.Effective()).Short() }

// LogValue implements [slog.LogValuer].
func (e effective) LogValue() slog.Value { return slog.StringValue(e.String()) }

// digests returns the attributes of a log record about a version.
func (s *Snapshot[T]) digests() []any {
	return []any{"version", s.Version, "content", s.Content.Short(), "effective", effective{s.result}}
}
