// Package peers runs the scenarios of internal/scenario with package config and with other libraries that
// follow files, and prints how many runs each passed:
//
//	cd internal/peers && go test -tags all -run Peers -v -rounds 5
//
// Without the build tag, libraries that take minutes to build are left out.
//
// It is a separate module, so that these libraries are not in the go.mod of others.
//
// Each library is set up in the way of its documentation that suits it best: an error of a reload keeps
// the old value, and it validates if it can. Polls happen every second; a library that both watches and
// polls has a column with the poll and one without. A run passes if the last content and one more change
// are served in time, and only whole versions are ever seen. A cell has the number of runs that passed,
// and how the first other run failed. The number of notifications does not count, but a star marks those
// without a change.
//
// Every run is a separate process: some of the libraries cannot be stopped, and one ends the process if
// there is no inotify instance left.
package peers
