// Package diagnose turns the place of a problem into something a person can
// act on: the offending line with the culprit underlined, and the name that was
// probably meant.
//
// What it is given may come from anybody who can write the file, and what it
// returns is printed on terminals and in logs: no control character and no
// invalid UTF-8 gets through. It does not know what is secret; the caller must
// not ask for the excerpt of a line that is.
package diagnose
