package redact

import (
	"crypto/sha256"
	"encoding/hex"
)

// Sum16 returns the first 16 bits of the SHA-256 of a secret, marked as such:
// "16-bit:ab12". A change of the secret nearly always shows, and whoever tries guesses is
// left with one in 65,536 of them.
func Sum16(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return "16-bit:" + hex.EncodeToString(sum[:2])
}
