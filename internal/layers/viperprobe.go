package layers

import (
	"bytes"
	"encoding/json"
	"path/filepath"
	"strings"

	"github.com/spf13/viper"
)

// shallowCopy returns a copy that can be given another configuration; nothing else of it
// may be changed. It returns values as they are, not converted to the types of defaults.
func shallowCopy(v *viper.Viper) *viper.Viper {
	c := *v
	c.SetTypeByDefaultValue(false)
	return &c
}

// withConfig returns a copy with another configuration, and false if it cannot read that.
func withConfig(v *viper.Viper, content map[string]any) (c *viper.Viper, ok bool) {
	text, err := json.Marshal(content)
	if err != nil {
		return nil, false
	}
	c = shallowCopy(v)
	c.SetConfigType("json")
	return c, c.ReadConfig(bytes.NewReader(text)) == nil
}

// rereadFile returns a copy that has only the content of the Viper's file, if the store
// follows that file: anything else in the Viper's configuration was merged from elsewhere.
// Otherwise it returns nil.
func rereadFile(v *viper.Viper, follows func(path string) bool) *viper.Viper {
	path, err := filepath.Abs(v.ConfigFileUsed())
	if v.ConfigFileUsed() == "" || err != nil || !follows(path) {
		return nil
	}
	c := shallowCopy(v)
	if c.ReadInConfig() != nil { // unreadable by now: assume that all of it was in the file
		return v
	}
	return c
}

// delimiterOf returns the delimiter between the keys of sections. It returns false if the
// Viper cannot be given another configuration, as with codecs of its own.
func delimiterOf(v *viper.Viper) (delimiter string, ok bool) {
	const outer, inner = "lastgood-sentinel-outer", "lastgood-sentinel-inner"
	c, ok := withConfig(v, map[string]any{outer: map[string]any{inner: sentinel}})
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

// emptyNames returns a replacer with which a Viper reads only variables without a name,
// which do not exist.
func emptyNames() *strings.Replacer {
	var pairs []string
	for b := range 256 {
		pairs = append(pairs, string([]byte{byte(b)}), "")
	}
	return strings.NewReplacer(pairs...)
}

// nextRound returns the keys that one configuration can have at the same time, with that
// configuration, and the remaining keys, which are above or below one of these.
func nextRound(keys []viperKey, delimiter string) (now, later []viperKey, marked map[string]any) {
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
