package lifecycle

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"
)

// Every file begins with a line: "lastgood", the number of the format, and the SHA-256
// of all that follows, in hexadecimal.
const (
	magic  = "lastgood"
	format = 1

	// maxFrameLine is longer than the first line of any format, present or future.
	maxFrameLine = 128
)

var errDamaged = errors.New("is damaged")

// frame returns the content of a file with this body.
func frame(body []byte) []byte {
	return append(fmt.Appendf(nil, "%s %d %x\n", magic, format, sha256.Sum256(body)), body...)
}

// unframe returns the body of a file, or why it cannot be used.
func unframe(data []byte) ([]byte, error) {
	line, body, ok := bytes.Cut(data, []byte("\n"))
	if !ok || len(line) > maxFrameLine {
		return nil, errDamaged
	}
	fields := bytes.Split(line, []byte(" "))
	if len(fields) < 2 || string(fields[0]) != magic {
		return nil, errors.New("is not a file of this module")
	}
	n, err := strconv.Atoi(string(fields[1]))
	switch {
	case err == nil && n > format:
		return nil, fmt.Errorf("has format %d, which a newer version of the module wrote", n)
	case err != nil || n != format || len(fields) != 3 || fmt.Sprintf("%x", sha256.Sum256(body)) != string(fields[2]):
		return nil, errDamaged
	}
	return body, nil
}

// Digest identifies content.
type Digest = [sha256.Size]byte

// Generation is a confirmed version as it is stored: all documents that were published
// together.
type Generation struct {
	At        time.Time // when it was confirmed
	Digest    Digest    // of all content of the version, key files included
	Documents []Document

	number uint64 // orders the generations
}

// Document is a document of a [Generation].
type Document struct {
	Place  int    // the index of its place among those that are stored
	Path   string // absolute, or the name of a document of a source
	Absent bool   // an optional file that did not exist
	Data   []byte
	Origin *SourceInfo // nil for a file
}

// SourceInfo has the attributes of a document that is not a file.
type SourceInfo struct {
	Format string `json:"format,omitempty"`
	Key    string `json:"key,omitempty"` // of a single value
	Secret bool   `json:"secret,omitempty"`
}

// header is the first line of a generation's body, as JSON. The bytes of the documents follow
// it.
type header struct {
	Number    uint64      `json:"number"`
	At        time.Time   `json:"at"`
	Digest    []byte      `json:"digest"`
	Documents []docHeader `json:"documents"`
}

type docHeader struct {
	Place  int    `json:"place"`
	Path   []byte `json:"path"` // it need not be valid UTF-8
	Absent bool   `json:"absent,omitempty"`
	Size   int    `json:"size"`
	Sum    []byte `json:"sum"`

	Origin *SourceInfo `json:"elsewhere,omitempty"`
}

// encode returns the content of a generation's file.
func (g *Generation) encode() ([]byte, error) {
	h := header{Number: g.number, At: g.At, Digest: g.Digest[:]}
	for _, d := range g.Documents {
		sum := sha256.Sum256(d.Data)
		h.Documents = append(h.Documents, docHeader{Place: d.Place, Path: []byte(d.Path), Absent: d.Absent, Size: len(d.Data), Sum: sum[:], Origin: d.Origin})
	}
	body, err := json.Marshal(h)
	if err != nil {
		return nil, err
	}
	body = append(body, '\n')
	for _, d := range g.Documents {
		body = append(body, d.Data...)
	}
	return frame(body), nil
}

// decodeGeneration decodes what encode returned.
func decodeGeneration(data []byte) (*Generation, error) {
	body, err := unframe(data)
	if err != nil {
		return nil, err
	}
	line, rest, _ := bytes.Cut(body, []byte("\n"))
	var h header
	if json.Unmarshal(line, &h) != nil || len(h.Digest) != sha256.Size {
		return nil, errDamaged
	}
	g := &Generation{number: h.Number, At: h.At, Digest: Digest(h.Digest)}
	last := 0
	for _, d := range h.Documents {
		if d.Size < 0 || d.Size > len(rest) || d.Place < last {
			return nil, errDamaged
		}
		data := rest[:d.Size:d.Size]
		if sum := sha256.Sum256(data); !bytes.Equal(sum[:], d.Sum) || d.Absent && d.Size > 0 {
			return nil, errDamaged
		}
		g.Documents = append(g.Documents, Document{d.Place, string(d.Path), d.Absent, data, d.Origin})
		rest, last = rest[d.Size:], d.Place
	}
	if len(rest) > 0 {
		return nil, errDamaged
	}
	return g, nil
}

// record is what is stored about contents.
type record struct {
	Confirmed  [][]byte    `json:"confirmed,omitempty"` // digests, the newest last
	Quarantine *Quarantine `json:"quarantine,omitempty"`
}

// Quarantine is content that is not tried again until it changes or a reload is requested.
type Quarantine struct {
	Digest  []byte          `json:"digest"`
	At      time.Time       `json:"at"`
	Ref     any             `json:"-"`   // for the caller, in this process
	Why     json.RawMessage `json:"why"` // for the caller
	Crashes int             `json:"-"`   // the number of processes that ended before they confirmed it; Why is empty then
}

// mark is the crash mark: the content that a process is about to publish at its start, and the
// number of starts in a row with it.
type mark struct {
	Digest []byte `json:"digest"`
	Starts int    `json:"starts"`
}

// encodeJSON returns the content of a file with v.
func encodeJSON(v any) ([]byte, error) {
	body, err := json.Marshal(v)
	return frame(body), err
}

// decodeJSON decodes what encodeJSON returned.
func decodeJSON(data []byte, v any) error {
	body, err := unframe(data)
	if err == nil && json.Unmarshal(body, v) != nil {
		err = errDamaged
	}
	return err
}
