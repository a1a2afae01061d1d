// Package scenario holds the ways in which a configuration file changes, and
// runs them, on real files, through any library that claims to follow one.
//
// A [Scenario] is a few steps; [All] is the table of them. [Run] opens a file with a
// [Library], performs the steps and returns whether the library came to serve the
// last content, followed one more change, never served anything but a whole version,
// and notified as often as there were changes.
//
// The package's own test runs the table through package config. The module in
// internal/peers runs it through other libraries, beside ours.
//
// What gives an event differs between systems, and mounts even more so: the
// package is empty but on Linux.
package scenario
