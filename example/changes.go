package main

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
)

// setting is one value of a configuration under its key.
type setting struct {
	key   string
	value any
}

// differences says, a line for each, which settings differ and how. Secrets are
// compared like any other, but print themselves as "[redacted]".
func differences(old, new *Config) []string {
	before, after := settings(old), settings(new)
	was, is := index(before), index(after)

	var changed []string // keys
	width := 0
	for _, s := range slices.Concat(after, before) {
		if was[s.key] != is[s.key] && !slices.Contains(changed, s.key) {
			changed = append(changed, s.key)
			width = max(width, len(s.key))
		}
	}
	lines := make([]string, len(changed))
	for i, key := range changed {
		lines[i] = fmt.Sprintf("%-*s  %s -> %s", width, key, text(was, key), text(is, key))
	}
	return lines
}

func text(values map[string]any, key string) string {
	if value, ok := values[key]; ok {
		return fmt.Sprint(value)
	}
	return "(none)"
}

func index(all []setting) map[string]any {
	values := make(map[string]any, len(all))
	for _, s := range all {
		values[s.key] = s.value
	}
	return values
}

// settings returns all values of cfg in the order of its fields.
func settings(cfg *Config) []setting {
	return flatten(nil, "", reflect.ValueOf(cfg).Elem())
}

// flatten appends the values at and below v, which stands under key.
func flatten(all []setting, key string, v reflect.Value) []setting {
	switch v.Kind() {
	case reflect.Struct:
		if key != "" {
			key += "."
		}
		for i := range v.NumField() {
			all = flatten(all, key+v.Type().Field(i).Tag.Get("mapstructure"), v.Field(i))
		}
	case reflect.Slice:
		for i := range v.Len() {
			all = flatten(all, fmt.Sprintf("%s[%d]", key, i), v.Index(i))
		}
	case reflect.Map:
		values := map[string]reflect.Value{}
		for it := v.MapRange(); it.Next(); {
			values[it.Key().String()] = it.Value()
		}
		for _, name := range slices.Sorted(maps.Keys(values)) {
			all = flatten(all, key+"."+name, values[name])
		}
	default:
		all = append(all, setting{key, v.Interface()})
	}
	return all
}
