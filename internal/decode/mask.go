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

// isMasked reports whether a value at p, for one of type t, is only what is shown in the place
// of a secret: of a file that was made of settings, or of the logged or marshalled
// value. It reports that as a problem.
func isMasked(r *merge.Report, p keypath.Path, t *schema.Type, v merge.Value) bool {
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
