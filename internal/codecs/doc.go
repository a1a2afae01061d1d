// Package codecs tests package config with codecs of Viper's ecosystem: those for ini, properties and hcl of
// github.com/go-viper/encoding, and one for dotenv that uses the same parser as theirs.
//
// It is a separate module, so that these codecs are not in the go.mod of others.
package codecs
