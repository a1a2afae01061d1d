package document

import (
	"reflect"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// yamlMarks are the places that the library's parser knows of when it fails.
// Those that are not known are zero.
type yamlMarks struct {
	problem yamlMark // what it stumbled over
	context yamlMark // the start of what it was reading then
	event   yamlMark // the last value it had read
}

// yamlMark is a position, counted from 1.
type yamlMark struct {
	line, column int
}

// findYAMLMarks looks for the marks in the unexported fields of the decoder.
//
// The library's errors have no column, and a line that is often the wrong
// one: for an error of the parser, it is the line before the start of the map
// or list around the error, unless that starts on line 1. Its own marks are
// exact. Reflection can read them without unsafe code, and if a later version
// names them differently, the position is the line of the error again.
func findYAMLMarks(dec *yaml.Decoder) yamlMarks {
	p := reflect.ValueOf(dec)
	return yamlMarks{
		problem: readYAMLMark(p, "parser", "parser", "problem_mark"),
		context: readYAMLMark(p, "parser", "parser", "context_mark"),
		event:   readYAMLMark(p, "parser", "event", "start_mark"),
	}
}

func readYAMLMark(v reflect.Value, path ...string) yamlMark {
	for _, name := range path {
		if v.Kind() == reflect.Pointer {
			v = v.Elem()
		}
		if v.Kind() != reflect.Struct {
			return yamlMark{}
		}
		v = v.FieldByName(name)
	}
	if v.Kind() != reflect.Struct {
		return yamlMark{}
	}
	line, column := v.FieldByName("line"), v.FieldByName("column")
	if !line.IsValid() || !column.IsValid() || !line.CanInt() || !column.CanInt() {
		return yamlMark{}
	}
	return yamlMark{line: int(line.Int()) + 1, column: int(column.Int()) + 1}
}

// cutYAMLLine splits an error of the library into the line, or 0, and what
// follows it.
func cutYAMLLine(err string) (line int, message string) {
	message = strings.TrimPrefix(err, "yaml: ")
	if rest, ok := strings.CutPrefix(message, "line "); ok {
		if number, rest, ok := strings.Cut(rest, ": "); ok {
			if n, err := strconv.Atoi(number); err == nil {
				return n, rest
			}
		}
	}
	return 0, message
}
