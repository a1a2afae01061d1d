// Package notify delivers changes of a value to hooks, in order and one at a
// time, without ever making the one who changes the value wait.
//
// A [Topic] is a value that changes; a [Dispatcher] runs the hooks of its
// topics. Hooks run on a goroutine that exists only while there is something to
// deliver: an idle dispatcher costs nothing and needs no shutdown to be
// collected.
//
// # Order
//
// Topics are served in the order they got something to deliver, the hooks of a
// topic in the order they were registered. A hook is called once per change,
// with the value it last saw and the newest one. Changes published while it
// waits for its turn coalesce: none is lost, but a hook may go from the first to
// the third without seeing the second. What one hook sees as new is what the
// same hook sees next as old, and the order never turns back.
//
// # Hooks that misbehave
//
// A panic is caught, counted and reported, and the other hooks still run;
// [runtime.Goexit], which testing.T.FailNow calls, ends only the one call. A
// slow hook delays the other hooks, never [Topic.Publish]; past a limit it is
// reported. A hook that never returns holds its goroutine, and the delivery of
// everything behind it, for ever: Go cannot end it.
//
// # Concurrency
//
// Every method and every stop function may be called from any goroutine,
// hooks included. None of them waits for a hook.
package notify
