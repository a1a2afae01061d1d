package source

import "crypto/sha256"

// Content is a document that is not read from a file: a value in a manifest, the standard
// input, bytes in memory. The Path of its [Place] is its name in problems, and need not be a
// path.
type Content struct {
	Name string // the extension sets the format
	Data []byte // immutable
	Dry  bool   // see [Document]

	Secret bool // see [Document]

	Margin
}

// Margin is the position of a part within its file, so that problems have the line and column
// in the file.
type Margin struct {
	Above int // lines above the part
	Left  int // characters before each line of it
}

// document returns the document that reading a file with this content would return.
func (c *Content) document(path string, limit int64) Document {
	doc := Document{Path: path, Name: c.Name, Margin: c.Margin, Dry: c.Dry, Secret: c.Secret}
	if n := int64(len(c.Data)); n > limit {
		doc.Err = TooLarge(n, limit)
		return doc
	}
	doc.Data, doc.Sum = c.Data, sha256.Sum256(c.Data)
	return doc
}
