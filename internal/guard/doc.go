// Package guard calls functions that callers of the module wrote: methods of a
// configuration's types and of errors, rules, checks, log handlers. They may panic,
// call [runtime.Goexit], never return, or call the store that is calling them.
//
// [Call] calls one such function and turns its panic into an error. [Run] has a
// function that makes such calls run on a goroutine of its own, and returns when
// that has ended in any way, when its context is done, or when one call takes too
// long. Whoever waits in Run can therefore always be closed. [Reenters] tells a
// store that the function which calls it is one that the store is waiting for.
//
// Errors are a caller's code too: [Text] and [Walk] read them. [Within] waits for what
// may never come.
//
// All functions are safe for concurrent use.
package guard
