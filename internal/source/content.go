package source

import "crypto/sha256"

// Content is a document that is given and not read: a value in a manifest, the
// standard input, what a program has in memory. The path of its [Place] is what
// problems call it, and need not be one.
type Content struct {
	Name string // its extension tells the format
	Data []byte // must not be changed
	Dry  bool   // see Document

	Secret bool // see Document

	Margin
}

// Margin is where a part of a file begins in it: problems then have the lines and
// columns of the file.
type Margin struct {
	Above int // lines above the part
	Left  int // characters before each line of it
}

// document returns what reading a file with this content would.
func (c *Content) document(path string, limit int64) Document {
	doc := Document{Path: path, Name: c.Name, Margin: c.Margin, Dry: c.Dry, Secret: c.Secret}
	if n := int64(len(c.Data)); n > limit {
		doc.Err = TooLarge(n, limit)
		return doc
	}
	doc.Data, doc.Sum = c.Data, sha256.Sum256(c.Data)
	return doc
}
