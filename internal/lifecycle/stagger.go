package lifecycle

import (
	"crypto/sha256"
	"encoding/binary"
	"io"
	"time"
)

// Stagger spreads the publish of a change over a window: each process of a fleet publishes it
// at a time of its own.
type Stagger struct {
	Window time.Duration
	ID     string // of the process
}

// Delay returns the delay of content. It is a function of ID, digest and window: the first 8
// bytes of the SHA-256 of ID, a zero byte and the digest, as a big-endian number of
// nanoseconds, modulo the window.
func (s *Stagger) Delay(digest Digest) time.Duration {
	h := sha256.New()
	_, _ = io.WriteString(h, s.ID+"\x00") // a hash returns no error
	_, _ = h.Write(digest[:])
	return time.Duration(binary.BigEndian.Uint64(h.Sum(nil)) % uint64(s.Window))
}
