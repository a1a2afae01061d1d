package config

import (
	"slices"

	"example.com/lastgood/internal/problem"
)

// Origin is the place that a value comes from.
type Origin struct {
	Kind OriginKind `json:"kind"`

	// Name is the absolute path of a file, the name of a content, the name of a source and
	// of its document, a variable, a flag, a layer of a Viper, or a Go field. It is not
	// escaped.
	Name   string `json:"name,omitempty"`
	Line   int    `json:"line,omitempty"`   // 1-based; 0 for a whole file, or if not known
	Column int    `json:"column,omitempty"` // 1-based, in characters; 0 if not known

	// From is the reference at that place: "env NAME" ([WithExpandEnv]) or the path of a
	// file. It is "" if there is none, and not escaped.
	From string `json:"from,omitempty"`
}

// OriginKind is the kind of an [Origin].
type OriginKind string

// The kinds of origins.
const (
	OriginNone        OriginKind = "none"         // no layer sets the value
	OriginFlagDefault OriginKind = "flag_default" // the default of a command-line flag that was not given
	OriginDefault     OriginKind = "default"      // a default tag
	OriginDefaults    OriginKind = "defaults"     // the value of WithDefaults
	OriginFile        OriginKind = "file"         // a configuration file
	OriginSource      OriginKind = "source"       // a document or value of a source; see WithSource
	OriginKeyFile     OriginKind = "key_file"     // a file in a directory of WithKeyDir
	OriginEnv         OriginKind = "env"          // an environment variable
	OriginEnvFile     OriginKind = "env_file"     // a file named by an environment variable
	OriginViper       OriginKind = "viper"        // the Viper of WithViper
	OriginFlag        OriginKind = "flag"         // a command-line flag
	OriginRunning     OriginKind = "running"      // the running configuration, until a restart
	OriginType        OriginKind = "type"         // the Go type
)

// String returns path:line:column as far as they are known, or "env NAME", "--flag", "default"
// and the like, followed by " from " and From if that is not empty. It is "" for [OriginNone].
func (o Origin) String() string {
	kind := max(slices.Index(originKinds[:], o.Kind), 0)
	return problem.Origin{Kind: problem.Kind(kind), Name: o.Name, Line: o.Line, Column: o.Column, From: o.From}.String()
}

func newOrigin(o problem.Origin) Origin {
	return Origin{originKinds[o.Kind], o.Name, o.Line, o.Column, o.From}
}

// originKinds maps the kinds of package problem to those of this package.
var originKinds = [...]OriginKind{
	problem.Nowhere:     OriginNone,
	problem.FlagDefault: OriginFlagDefault,
	problem.Default:     OriginDefault,
	problem.Defaults:    OriginDefaults,
	problem.File:        OriginFile,
	problem.Source:      OriginSource,
	problem.KeyFile:     OriginKeyFile,
	problem.Env:         OriginEnv,
	problem.EnvFile:     OriginEnvFile,
	problem.Viper:       OriginViper,
	problem.Flag:        OriginFlag,
	problem.Running:     OriginRunning,
	problem.GoType:      OriginType,
}
