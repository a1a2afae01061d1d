package load

import (
	"net/url"
	"reflect"
	"strings"

	"example.com/lastgood/internal/document"
	"example.com/lastgood/internal/redact"
	"example.com/lastgood/internal/schema"
)

// isMasked reports whether what stands at r, for a value of type t, is only what is
// shown in the place of a secret: a file that was made of settings, or of the logged or
// marshalled value. It reports that as a problem.
func (b *binder) isMasked(t *schema.Type, r ref, secret bool) bool {
	problem := Problem{Code: "type", Hint: "put the secret itself there"}
	switch {
	case secret && isMask(r.node):
		problem.Message = redact.Mask + " is shown in the place of a secret, and is not the secret itself"
	case t.Go == reflect.TypeFor[url.URL]() && hasMaskedPassword(r.node.Text):
		problem.Message = "the password xxxxx is shown in the place of a URL's password, and is not the password itself"
	default:
		return false
	}
	b.add(found{Problem: problem, ref: r, path: b.here(), secret: true})
	return true
}

// isMask reports whether a value is a mask: as a text, as YAML reads it where it is not
// quoted, a list of one word, or as the key of a map.
func isMask(n *document.Node) bool {
	switch n.Kind {
	case document.Map:
		for i := range n.Children {
			if redact.IsMask(n.Children[i].Key) {
				return true
			}
		}
		return false
	case document.List:
		return len(n.Children) == 1 && redact.IsMask("["+n.Children[0].Node.Text+"]")
	}
	return redact.IsMask(n.Text)
}

// hasMaskedPassword reports whether a URL is what its method Redacted returns.
func hasMaskedPassword(text string) bool {
	const mask = "xxxxx"
	if !strings.Contains(text, ":"+mask+"@") {
		return false
	}
	u, err := url.Parse(text)
	if err != nil {
		return false
	}
	password, _ := u.User.Password()
	return password == mask
}
