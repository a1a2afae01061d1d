package decode

import (
	"net/url"
	"reflect"
	"strings"

	"example.com/lastgood/internal/keypath"
	"example.com/lastgood/internal/merge"
	"example.com/lastgood/internal/problem"
	"example.com/lastgood/internal/redact"
	"example.com/lastgood/internal/schema"
)

// reportMask reports whether the value at p, for type t, is only the mask that is shown in
// the place of a secret, as in a file made from printed settings or from a logged or
// marshalled value. It adds that to r as a problem.
func reportMask(r *merge.Report, p keypath.Path, t *schema.Type, v merge.Value) bool {
	masked := problem.Problem{Code: "type", Hint: "put the secret itself there", Hidden: true}
	switch {
	case r.Tree.Schema.Secrets && merge.IsMask(v.Node) && r.Secret(p):
		masked.Message = redact.Mask + " is shown in the place of a secret, and is not the secret itself"
	case t.Go == reflect.TypeFor[url.URL]() && hasMaskedPassword(v.Node.Text):
		masked.Message = "the password xxxxx is shown in the place of a URL's password, and is not the password itself"
	default:
		return false
	}
	r.Add(masked, p, v)
	return true
}

// hasMaskedPassword reports whether text is a URL as its method Redacted returns it.
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
