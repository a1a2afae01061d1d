package config

import (
	"slices"

	"example.com/lastgood/internal/problem"
)

// Origin is a place that a value comes from.
type Origin struct {
	Kind   OriginKind `json:"kind"`
	Name   string     `json:"name,omitempty"`   // a file's absolute path, the name of a content, a source's name with that of a document, a variable, a flag, where a Viper has it from, or a Go field; not escaped
	Line   int        `json:"line,omitempty"`   // 1-based, in a file or document; 0 when it is about the whole file
	Column int        `json:"column,omitempty"` // 1-based, in characters; 0 when not known

	// From is what the value there refers to: "env NAME" ([WithExpandEnv]), or the path of a
	// file. It is "" if that is nothing. It is not escaped.
	From string `json:"from,omitempty"`
}

// OriginKind says what sort of place an [Origin] is.
type OriginKind string

// The kinds of origins.
const (
	OriginNone        OriginKind = "none"         // nothing sets the value
	OriginFlagDefault OriginKind = "flag_default" // the default of a command-line flag that was not given
	OriginDefault     OriginKind = "default"      // a default tag
	OriginDefaults    OriginKind = "defaults"     // the value given to WithDefaults
	OriginFile        OriginKind = "file"         // a configuration file
	OriginSource      OriginKind = "source"       // a document or value of a source; see WithSource
	OriginKeyFile     OriginKind = "key_file"     // a file of a directory given to WithKeyDir
	OriginEnv         OriginKind = "env"          // an environment variable
	OriginEnvFile     OriginKind = "env_file"     // a file that an environment variable names
	OriginViper       OriginKind = "viper"        // the Viper given to WithViper
	OriginFlag        OriginKind = "flag"         // a command-line flag
	OriginRunning     OriginKind = "running"      // kept from the running configuration until a restart
	OriginType        OriginKind = "type"         // the Go type
)

// String returns path:line:column as far as it is known, "env NAME", "--flag",
// "default" and the like, or "" if there is none; followed by " from " and From.
func (o Origin) String() string {
	kind := max(slices.Index(originKinds[:], o.Kind), 0)
	return problem.Origin{Kind: problem.Kind(kind), Name: o.Name, Line: o.Line, Column: o.Column, From: o.From}.String()
}

func newOrigin(o problem.Origin) Origin {
	return Origin{originKinds[o.Kind], o.Name, o.Line, o.Column, o.From}
}

// originKinds are the kinds by those of the inner packages.
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
