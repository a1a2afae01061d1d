package load

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"path/filepath"
	"slices"
	"strings"

	"example.com/lastgood/internal/document"
	"example.com/lastgood/internal/guard"
	"example.com/lastgood/internal/layers"
	"example.com/lastgood/internal/problem"
	"example.com/lastgood/internal/redact"
	"example.com/lastgood/internal/schema"
	"example.com/lastgood/internal/source"
)

// Sums are the checksums of the files of a snapshot.
type Sums struct {
	Files []FileSum
	All   [sha256.Size]byte // of the lines of sha256sum, with base names, of the files that could be read
}

// FileSum is the checksum of one file.
type FileSum struct {
	Path string
	Sum  string // in hexadecimal, or [redact.Sum16], or a code instead of a sum
}

// Values of FileSum.Sum instead of a sum.
const (
	sumAbsent   = "absent"   // an optional file that does not exist
	sumUnparsed = "unparsed" // it does not parse, so where its secrets are is unknown
)

// Sums returns the checksums of documents. That of a file without secrets is what sha256sum
// prints. That of a file with secrets is of its keys and values, with [redact.Sum16] in the
// place of each secret, as in [Result.Effective]: all sums together reveal 16 bits of a
// secret.
//
// known are layers built from these documents; a document without one is parsed again. Only
// with codecs set may a codec of the caller's be called for that, within the [guard.Run] of
// ctx.
func (l *Loader) Sums(ctx context.Context, docs []source.Document, known []*layers.Layer, codecs bool) Sums {
	s := Sums{Files: make([]FileSum, len(docs))}
	var lines []byte
	for i, doc := range docs {
		s.Files[i] = FileSum{doc.Path, ""}
		sum := &s.Files[i].Sum
		switch {
		case doc.Err != nil:
			*sum = doc.Err.Code
		case doc.Absent:
			*sum = sumAbsent
		default:
			*sum = l.sum(ctx, doc, i, known, codecs)
			lines = appendLine(lines, *sum, filepath.Base(cmp.Or(doc.Name, doc.Path)))
		}
	}
	s.All = sha256.Sum256(lines)
	return s
}

// appendLine appends a line as sha256sum prints it, which escapes line breaks in names.
func appendLine(to []byte, sum, name string) []byte {
	if strings.ContainsAny(name, "\\\n\r") {
		to = append(to, '\\')
		name = strings.NewReplacer(`\`, `\\`, "\n", `\n`, "\r", `\r`).Replace(name)
	}
	return append(append(append(append(to, sum...), "  "...), name...), '\n')
}

// sum returns the checksum of a document that was read, with index i in its pass.
func (l *Loader) sum(ctx context.Context, doc source.Document, i int, known []*layers.Layer, codecs bool) string {
	plain := func() string { return hex.EncodeToString(doc.Sum[:]) }
	switch {
	case doc.Ref:
		return redact.Sum16(layers.TrimLine(string(doc.Data)))
	case !l.IsDocument(doc):
		return l.reader.keySum(doc)
	case !doc.Secret && !l.schema.Secrets && !l.opts.AllowUnknown:
		return plain()
	}
	root := l.reader.root(ctx, doc, i, known, codecs)
	c := canonical{schema: l.schema.Written, text: make([]byte, 0, 2*len(doc.Data))}
	switch {
	case root == nil:
		return sumUnparsed
	case !doc.Secret && !c.hasSecret(l.schema.Written, root, false):
		return plain()
	}
	c.append(l.schema.Written, root, doc.Secret)
	return redact.Sum16(string(c.text))
}

// keySum returns the checksum of a file with one value: of the texts that its layer has, or of
// the whole text if there is no layer.
func (r *reader) keySum(doc source.Document) string {
	text := layers.TrimLine(string(doc.Data))
	var layer *layers.Layer
	switch kind := r.kind(doc); {
	case strings.TrimSpace(text) == text && !strings.ContainsAny(text, "\n,=:[{\""): // one text for every type
	case kind == problem.KeyFile:
		layer, _ = r.keyFiles([]source.Document{doc}, 0)
	case kind == problem.EnvFile && !r.place(doc).env.IsEntry():
		layer, _ = r.envFiles([]source.Document{doc}, 0)
	}
	if layer == nil {
		return redact.Sum16(text)
	}
	c := canonical{schema: r.schema}
	c.append(nil, layer.Root, true)
	return redact.Sum16(string(c.text))
}

// root returns the tree of a configuration file, or nil if it does not parse.
func (r *reader) root(ctx context.Context, doc source.Document, order int, known []*layers.Layer, codecs bool) *document.Node {
	if i := slices.IndexFunc(known, func(l *layers.Layer) bool { return l.IsFile() && l.Order == order && l.Path == doc.Path }); i >= 0 {
		return known[i].AsWritten()
	}
	switch format, codec := r.formatOf(doc); {
	case codec != nil && codecs:
		file := &layers.Layer{Path: doc.Path, Order: order}
		if len(codec.Read(guard.Under(ctx), r.schema, file, doc.Data)) == 0 {
			return file.Root
		}
	case format != 0:
		if root, faults := document.ParsePart(format, doc.Data, doc.Above); len(faults) == 0 {
			return root
		}
	}
	return nil
}

// canonical encodes the keys and values of a document as a text, with [redact.Sum16] in the
// place of secrets.
type canonical struct {
	schema *schema.Type
	text   []byte
}

// hasSecret reports whether n contains a secret. t is the type of n, or nil if it is unknown.
// With hide, all of n is secret.
func (c *canonical) hasSecret(t *schema.Type, n *document.Node, hide bool) bool {
	if len(n.Children) == 0 {
		return isSecretText(t, n, hide)
	}
	return slices.ContainsFunc(n.Children, func(child document.Child) bool {
		inner, secret := secretChildType(c.schema, t, n, child.Key)
		return hide && isData(t, child.Key) || c.hasSecret(inner, &child.Node, hide || secret)
	})
}

// append appends the encoding of n; t and hide as in hasSecret.
func (c *canonical) append(t *schema.Type, n *document.Node, hide bool) {
	c.text = append(c.text, '0'+byte(n.Kind))
	if len(n.Children) == 0 {
		c.value(n.Text, isSecretText(t, n, hide))
		return
	}
	c.text = append(c.text, '{')
	for i := range n.Children {
		child := &n.Children[i]
		inner, secret := secretChildType(c.schema, t, n, child.Key)
		c.value(child.Key, hide && isData(t, child.Key))
		c.append(inner, &child.Node, hide || secret)
	}
	c.text = append(c.text, '}')
}

func (c *canonical) value(text string, secret bool) {
	if secret {
		text = redact.Sum16(text)
	}
	c.text = append(binary.AppendUvarint(c.text, uint64(len(text))), text...)
}

// secretChildType is childType, except that in a type without secrets only the value of a key
// without a field may be a secret.
func secretChildType(root, t *schema.Type, n *document.Node, key string) (*schema.Type, bool) {
	inner, hide := childType(t, n, key)
	if !root.Secrets && hide {
		hide = t.Kind == schema.Struct && n.Kind == document.Map
	}
	return inner, hide
}

// isSecretText reports whether n is a text that is secret, or a text in the place of a section
// with secrets.
func isSecretText(t *schema.Type, n *document.Node, hide bool) bool {
	return (hide || t != nil && t.Secrets) && n.Kind != document.Null && n.Kind != document.Map && n.Kind != document.List
}
