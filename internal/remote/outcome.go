package remote

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"example.com/lastgood/internal/source"
)

// readOutcome calls Read. A document that equals one of before is that one.
func (s *Source) readOutcome(ctx context.Context, limits source.Limits, before []source.Document) outcome {
	reading, failure := s.Read(ctx)
	o := outcome{revision: reading.Revision, pollAfter: reading.PollAfter}
	if failure != nil {
		failure.Text = reasonText(failure.Text, "")
	}
	switch {
	case failure == nil:
		o.docs = s.documents(reading.Items, limits, before)
	case failure.Refused:
		o.docs = []source.Document{s.fault(&source.Error{Code: "refused", Message: "its content is refused: " + failure.Text, Hint: failure.Hint, Err: failure.Err})}
	case failure.Missing && s.Optional:
		o.docs = []source.Document{{Path: s.Name, Remote: true, Absent: true, Whole: true}}
	case failure.Missing:
		o.docs = []source.Document{s.fault(&source.Error{Code: "missing_file", Message: "does not exist: " + failure.Text, Hint: failure.Hint, Err: failure.Err, Varies: true})}
	default:
		o.stale = failure
	}
	return o
}

// fault returns the document with an error that stands for all content of the source.
func (s *Source) fault(err *source.Error) source.Document {
	return source.Document{Path: s.Name, Remote: true, Err: err, Whole: true}
}

// documents returns the items as documents, in the order of their layers.
func (s *Source) documents(items []Item, limits source.Limits, before []source.Document) []source.Document {
	if len(items) > limits.Files {
		return []source.Document{s.fault(&source.Error{Code: "too_large", Message: fmt.Sprintf("has more than %d documents and values, which is the limit", limits.Files),
			Hint: "WithMaxFiles raises the limit"})}
	}
	if wrong := badName(items); wrong != "" {
		return []source.Document{s.fault(&source.Error{Code: "refused", Message: wrong, Hint: "the source is to give each document and value a name of its own"})}
	}
	known := make(map[string]*source.Document, len(before))
	for i := range before {
		known[before[i].Path] = &before[i]
	}
	docs := make([]source.Document, len(items))
	sum := int64(0)
	for i, item := range items {
		docs[i] = s.document(item, limits.Size, known)
		if sum += int64(len(docs[i].Data)); sum > source.SumFactor*limits.Size {
			return []source.Document{s.fault(source.TooMuch(i+1, limits.Size))}
		}
	}
	slices.SortFunc(docs, func(a, b source.Document) int { return a.Compare(&b) })
	return docs
}

// document returns an item as a document. The data is copied, so that the source can reuse its
// memory.
func (s *Source) document(item Item, limit int64, known map[string]*source.Document) source.Document {
	doc := source.Document{Path: s.Name, Remote: true, Format: item.Format, Secret: item.Secret, Whole: true}
	if item.Name != "" {
		doc.Path += "/" + item.Name
	}
	if item.Value {
		doc.Key = item.Name
	}
	if n := int64(len(item.Data)); n > limit {
		doc.Err = source.TooLarge(n, limit)
		return doc
	}
	doc.Data, doc.Sum = item.Data, sha256.Sum256(item.Data)
	if old := known[doc.Path]; old != nil && old.Key == doc.Key && old.Same(&doc) {
		return *old
	}
	doc.Data = bytes.Clone(item.Data)
	return doc
}

// maxName bounds the length of a name in bytes, as PATH_MAX does.
const maxName = 4096

// badName returns what is wrong with the name of an item, or "".
func badName(items []Item) string {
	seen := make(map[string]bool, len(items))
	for _, item := range items {
		name := item.Name
		switch {
		case name == "" && (item.Value || len(items) > 1):
			return "a document or value has no name, and is not the only one"
		case len(name) > maxName:
			return fmt.Sprintf("a name has %d bytes, the limit is %d", len(name), maxName)
		case !utf8.ValidString(name) || strings.ContainsFunc(name, unicode.IsControl):
			return "the name " + strconv.Quote(name) + " has control characters, or is not UTF-8"
		case seen[name]:
			return "two documents or values are named " + strconv.Quote(name)
		}
		seen[name] = true
	}
	return ""
}

// sameContent reports whether two readings have the same content.
func sameContent(a, b []source.Document) bool {
	return slices.EqualFunc(a, b, func(a, b source.Document) bool { return a.Compare(&b) == 0 && a.Same(&b) })
}

// maxReason bounds the text of a failure in bytes.
const maxReason = 500

// reasonText returns the text of a failure with its hint, cut to maxReason.
func reasonText(text, hint string) string {
	if hint != "" {
		text += "; " + hint
	}
	if len(text) > maxReason {
		text = strings.ToValidUTF8(text[:maxReason], "") + "…"
	}
	return text
}
