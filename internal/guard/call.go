package guard

import (
	"fmt"
	"reflect"
	"runtime"
	"strings"
)

// Func names a function of a caller's, for messages.
type Func struct {
	Name string       // of a method, or what the function is: "a check"
	Type reflect.Type // that has the method; nil if it is none
}

// Method names a method of the type of v.
func Method(v any, name string) *Func { return &Func{name, reflect.TypeOf(v)} }

// String returns "the Validate method of main.Server", or the name of a function
// that is no method.
func (f *Func) String() string {
	if f.Type == nil {
		return f.Name
	}
	return fmt.Sprintf("the %s method of %v", f.Name, f.Type)
}

// Error is how a caller's function failed to return.
type Error struct {
	Func  *Func
	Fault string // "panicked: ..."
	Stack []byte // of a panic that ended a function given to Run; else nil
}

func (e *Error) Error() string { return e.Func.String() + " " + e.Fault }

// Call calls f, which calls the function that fn names. It returns nil, or how that
// panicked.
func (r *Running) Call(fn *Func, f func()) (failed *Error) {
	outer := r.enter(fn)
	left := false
	defer func() {
		switch p := recover(); {
		case p != nil:
			failed = &Error{Func: fn, Fault: fault(p)}
			r.panicked(fn)
		case !left: // it calls runtime.Goexit, and Run is to know which function does
			return
		}
		r.leave(outer)
	}()
	f()
	left = true
	return nil
}

// Call is like [Running.Call] where nothing runs.
func Call(fn *Func, f func()) *Error { return (*Running)(nil).Call(fn, f) }

// fault says how a function panicked. Only a runtime error is quoted: any other value
// may hold what must not be shown. So may its numbers: they tell the length of a secret.
func fault(value any) string {
	err, ok := value.(runtime.Error)
	if !ok {
		return fmt.Sprintf("panicked with a %T", value)
	}
	text := err.Error()
	for _, numbers := range []string{" [", " with length"} {
		if before, _, found := strings.Cut(text, numbers); found && !strings.Contains(text, "type") {
			text = before
		}
	}
	return "panicked: " + text
}
