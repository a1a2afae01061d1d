// Package fixed is how package configtest gives package config a value to serve
// as it is, without reading or judging anything. It is internal, so that only
// tests, through configtest, can leave validation out.
package fixed

// Value is a *T to serve.
type Value struct{ Pointer any }

// Option is what an option of package config implements, beside that package's own
// interface, to have a value served as it is.
type Option interface{ Fixed() Value }
