package layers

import (
	"bytes"
	"encoding/json"
	"path/filepath"
	"strings"

	"github.com/spf13/viper"
)

// shallow returns a copy that can be given another configuration, and nothing else. It
// has values as they are, and not converted to the types of defaults.
func shallow(v *viper.Viper) *viper.Viper {
	c := *v
	c.SetTypeByDefaultValue(false)
	return &c
}

// configured returns a copy with another configuration, if it has what it takes to read
// that.
func configured(v *viper.Viper, content map[string]any) (c *viper.Viper, ok bool) {
	text, err := json.Marshal(content)
	if err != nil {
		return nil, false
	}
	c = shallow(v)
	c.SetConfigType("json")
	return c, c.ReadConfig(bytes.NewReader(text)) == nil
}

// readAgain returns a copy with what the Viper's file has, if that is a file that the
// store follows: what the Viper has beside it was merged from elsewhere. It returns nil
// if it is not.
func readAgain(v *viper.Viper, follows func(path string) bool) *viper.Viper {
	path, err := filepath.Abs(v.ConfigFileUsed())
	if v.ConfigFileUsed() == "" || err != nil || !follows(path) {
		return nil
	}
	c := shallow(v)
	if c.ReadInConfig() != nil { // it cannot be read any more: what was read was read from there
		return v
	}
	return c
}

// delimiterOf returns what a Viper has between the names of sections. It is false if
// the Viper cannot be given another configuration, as with codecs of its own.
func delimiterOf(v *viper.Viper) (delimiter string, ok bool) {
	const outer, inner = "lastgood-sentinel-outer", "lastgood-sentinel-inner"
	c, ok := configured(v, map[string]any{outer: map[string]any{inner: sentinel}})
	if !ok {
		return "", false
	}
	for _, key := range c.AllKeys() {
		if rest, found := strings.CutPrefix(key, outer); found {
			return strings.CutSuffix(rest, inner)
		}
	}
	return "", false
}

// unnamed returns what makes a Viper ask for variables without a name, which do not
// exist.
func unnamed() *strings.Replacer {
	var pairs []string
	for b := range 256 {
		pairs = append(pairs, string([]byte{byte(b)}), "")
	}
	return strings.NewReplacer(pairs...)
}

// round returns the keys that one configuration can have at the same time, with that
// configuration, and those that must wait since they are above or below one of these.
func round(keys []viperKey, delimiter string) (now, later []viperKey, marked map[string]any) {
	marked = map[string]any{}
	for _, k := range keys {
		in, parts := marked, strings.Split(k.key, delimiter)
		last := len(parts) - 1
		for _, part := range parts[:last] {
			if in[part] == nil {
				in[part] = map[string]any{}
			}
			if in, _ = in[part].(map[string]any); in == nil {
				break
			}
		}
		if in == nil || in[parts[last]] != nil {
			later = append(later, k)
			continue
		}
		in[parts[last]] = sentinel
		now = append(now, k)
	}
	return now, later, marked
}
