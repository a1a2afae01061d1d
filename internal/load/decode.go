package load

import (
	"errors"
	"reflect"

	"github.com/go-viper/mapstructure/v2"
	"github.com/spf13/viper"

	"example.com/lastgood/internal/schema"
)

// rootKey is the one key that Viper gets to see. Viper lower-cases keys and splits
// them at dots only in plain maps, and its cost grows with the leaves it knows of,
// faster than linearly with their depth.
const rootKey = "config"

// opaque is a map that Viper hands through as it is, since it looks only into
// plain map[string]any.
type opaque map[string]any

// decode has a fresh, private Viper decode a bound value into a fresh one. What it
// gets to see is the top level alone: a map from each key to the value of its
// field, which has the field's type already, so that nothing is converted, and the
// cost does not grow with the leaves.
func (l *Loader) decode(bound reflect.Value) (value reflect.Value, problem *Problem) {
	defer func() {
		// mapstructure makes a map anew by looking up its keys, and panics at those that
		// cannot be looked up, as NaN. What is bound has all of them.
		if p := recover(); p != nil {
			value = reflect.New(l.typ)
			value.Elem().Set(bound)
		}
	}()
	v := viper.New() // with an option, a program would link all that a Viper can do
	if err := v.MergeConfigMap(map[string]any{rootKey: l.topLevel(bound)}); err != nil {
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

// topLevel returns the fields of a bound value by the names under which mapstructure
// looks for them. What is not set is nil there, since mapstructure would go through
// all keys in search of another spelling.
func (l *Loader) topLevel(bound reflect.Value) opaque {
	out := make(opaque, len(l.schema.Fields))
	for _, f := range l.schema.Fields {
		var value any
		if v, err := bound.FieldByIndexErr(f.Index); err == nil && !v.IsZero() {
			value = v.Interface()
		}
		put(out, f.Input, value)
	}
	if f := l.schema.Remain; f != nil {
		for it := bound.FieldByIndex(f.Index).MapRange(); it.Next(); {
			out[it.Key().String()] = it.Value().Interface()
		}
	}
	return out
}

// put stores a value where mapstructure looks for it.
func put(out opaque, input []string, value any) {
	for _, name := range input[:len(input)-1] {
		inner, _ := out[name].(opaque)
		if inner == nil {
			inner = opaque{}
			out[name] = inner
		}
		out = inner
	}
	out[input[len(input)-1]] = value
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
