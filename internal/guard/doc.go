// Package guard calls functions that the module's caller wrote: methods of a configuration's
// types and of errors, rules, checks, log handlers. They may panic, call [runtime.Goexit],
// never return, or call the store that is calling them.
//
// [Call] calls one such function and converts its panic to an error. [Run] runs a function
// that makes such calls on a goroutine of its own, and returns when that has ended in any way,
// when its context is done, or when one call takes too long. A goroutine that waits in Run can
// therefore always be stopped. [Running.Reenters] reports whether a store is called by a
// function that the store itself waits for.
//
// Methods of errors are the caller's code, too: [Text], [Is], [As] and [Running.Walk] call
// them. [Within] waits with a limit that does not count time in which the process is stopped.
//
// All functions are safe for concurrent use.
package guard
