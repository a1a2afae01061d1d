// Package notify delivers changes of a value to hooks, in order and one at a time, and never
// makes the publisher wait for a hook.
//
// A [Topic] is a value that changes; a [Dispatcher] runs the hooks of its topics. Hooks run on
// a goroutine that exists only while there is something to deliver: an idle dispatcher costs
// nothing and is collected without Close.
//
// # Order
//
// Topics are served in the order of their changes, the hooks of a topic in the
// order they were registered. A hook is called once per change,
// with the value it last saw and the newest one. Changes published while it
// waits coalesce: a hook may go from the first to the third without
// seeing the second, and never goes back.
//
// # Hooks that misbehave
//
// A panic is recovered, counted and reported, and the other hooks still run;
// [runtime.Goexit], which testing.T.FailNow calls, ends only the one call. A
// slow hook delays the other hooks, never [Topic.Publish]; after a limit it is
// reported. A hook that never returns blocks all hooks behind it for ever: Go
// cannot end it.
//
// # Concurrency
//
// Every method and every stop function may be called from any goroutine,
// hooks included. None of them waits for a hook.
package notify
