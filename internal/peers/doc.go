// Package peers runs the scenarios of internal/scenario through other libraries
// that follow files, beside package config, and prints how many runs each passed:
//
//	cd internal/peers && go test -tags all -run Peers -v -rounds 5
//
// Without the build tag, those are left out that take minutes to build.
//
// It is a module of its own, so that these libraries are in nobody else's go.mod.
//
// Each is set up as its documentation shows, in the way that suits it best: an
// error of a reload keeps the old value, and where it has a place for validation, it
// validates. Polls happen every second; who both watches and polls has a column with
// the poll and one without. A run passes when the last content is served in time,
// one more change is too, and nothing but whole versions is ever seen; a cell says
// how many did and how the first other one failed. How often a library notifies does
// not count, but a star tells that it did so although nothing had changed.
//
// Every run is a process of its own: some of the libraries cannot be stopped, and
// one ends the process when there is no inotify instance left.
package peers
