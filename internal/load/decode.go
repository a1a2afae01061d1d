package load

import (
	"bytes"
	"errors"
	"reflect"

	"github.com/go-viper/mapstructure/v2"
	"github.com/spf13/viper"

	"example.com/lastgood/internal/schema"
)

const (
	// rootKey is the one key that Viper gets to see. Viper lower-cases keys and
	// splits them at dots only in plain maps, and its cost grows with the leaves
	// it knows of, faster than linearly with their depth.
	rootKey = "config"

	// noDelimiter keeps Viper from splitting keys.
	noDelimiter = "\x00"
)

// opaque is a map that Viper hands through as it is, since it looks only into
// plain map[string]any.
type opaque map[string]any

// codec gives Viper a tree that has been parsed and checked already, as what
// its configuration file holds.
type codec struct{ tree opaque }

// Decoder implements [viper.DecoderRegistry] for any format.
func (c codec) Decoder(string) (viper.Decoder, error) { return c, nil }

// Decode implements [viper.Decoder].
func (c codec) Decode(_ []byte, into map[string]any) error {
	into[rootKey] = c.tree
	return nil
}

// decode has a fresh, private Viper decode the tree into a fresh value. Scalars
// in the tree have the Go type of their field already, so that nothing is
// converted here, and every key is spelled as mapstructure looks for it.
func (l *Loader) decode(tree opaque) (value reflect.Value, problem *Problem) {
	defer func() {
		if p := recover(); p != nil {
			problem = decodeProblem(nil)
		}
	}()
	v := viper.NewWithOptions(viper.KeyDelimiter(noDelimiter), viper.WithDecoderRegistry(codec{tree}))
	v.SetConfigType("yaml") // any type that Viper knows; codec serves them all
	if err := v.ReadConfig(bytes.NewReader(nil)); err != nil {
		return reflect.Value{}, decodeProblem(err)
	}
	value = reflect.New(l.typ)
	err := v.UnmarshalKey(rootKey, value.Interface(), func(c *mapstructure.DecoderConfig) {
		c.TagName = l.opts.KeyTag
		c.SquashTagOption = schema.Options{KeyTag: l.opts.KeyTag}.SquashOption()
		c.DecodeHook = nil
		c.WeaklyTypedInput = false
		c.MatchName = func(key, field string) bool { return key == field }
	})
	if err != nil {
		return reflect.Value{}, decodeProblem(err)
	}
	return value, nil
}

// decodeProblem tells which key could not be decoded. The library's text is
// left out because it may quote the value.
func decodeProblem(err error) *Problem {
	problem := &Problem{Code: "type", Message: "the value does not fit its Go type"}
	var at *mapstructure.DecodeError
	if errors.As(err, &at) {
		problem.Key = at.Name()
	}
	return problem
}
