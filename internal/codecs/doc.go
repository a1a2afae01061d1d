// Package codecs tests package config with codecs of Viper's ecosystem: those for ini,
// properties and hcl of github.com/go-viper/encoding, and one for dotenv that does what
// theirs does, by the same parser.
//
// It is a module of its own, so that these codecs are in nobody else's go.mod.
package codecs
