package problem

import (
	"strconv"

	"example.com/lastgood/internal/redact"
)

// Kind is the kind of an [Origin].
type Kind uint8

// The kinds of origins, from the lowest layer to the highest. Those that are no
// layers stand first.
const (
	Nowhere     Kind = iota // nothing set it
	GoType                  // the Go type itself is at fault
	Running                 // kept from the running configuration until a restart
	FlagDefault             // the default of a command-line flag that was not given
	Default                 // a default tag
	Defaults                // the value given to WithDefaults
	File                    // a configuration file, on its own or in a directory
	Source                  // a document or a value of a source that is no file
	KeyFile                 // a file that holds one value
	Env                     // an environment variable
	EnvFile                 // a file that an environment variable names
	Viper                   // an application's Viper
	Flag                    // a command-line flag
)

// HasLines reports whether an origin of this kind can have a line.
func (k Kind) HasLines() bool { return k == File || k == Source }

// Origin is the place that a value comes from, or the place of a problem.
type Origin struct {
	Kind         Kind
	Name         string // a path, variable, flag, key or Go field
	Line, Column int    // 1-based, columns count characters; 0 for none
	From         string // what the value there refers to: "env NAME", or the path of a file; "" for nothing
}

// String returns the origin as messages contain it: path:line:column as far as it is known,
// "env NAME", "--flag", or "" for none; followed by " from " and what a value there refers to.
// Characters that are not printable are escaped.
func (o Origin) String() string {
	if o.From != "" {
		return redact.Escape(o.text() + " from " + o.From)
	}
	return redact.Escape(o.text())
}

func (o Origin) text() string {
	switch o.Kind {
	case Nowhere:
		return ""
	case Running:
		return "running"
	case Default:
		return "default"
	case Defaults:
		return "WithDefaults"
	case Env:
		return "env " + o.Name
	case Viper:
		return "viper: " + o.Name
	case FlagDefault:
		return "default of --" + o.Name
	case Flag:
		return "--" + o.Name
	}
	switch {
	case o.Line == 0:
		return o.Name
	case o.Column == 0:
		return o.Name + ":" + strconv.Itoa(o.Line)
	}
	return o.Name + ":" + strconv.Itoa(o.Line) + ":" + strconv.Itoa(o.Column)
}
