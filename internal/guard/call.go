package guard

import (
	"fmt"
	"reflect"
	"runtime"
	"strings"
)

// Func identifies a function of the caller's in messages.
type Func struct {
	Name string       // of a method, or a description: "a check"
	Type reflect.Type // the type with the method; nil for a function
}

// Method returns a Func for a method of the type of v.
func Method(v any, name string) *Func { return &Func{name, reflect.TypeOf(v)} }

// String returns "the Validate method of main.Server", or the Name of a function.
func (f *Func) String() string {
	if f.Type == nil {
		return f.Name
	}
	return fmt.Sprintf("the %s method of %v", f.Name, f.Type)
}

// Error is why a function of the caller's did not return.
type Error struct {
	Func  *Func
	Fault string // "panicked: ..."
	Stack []byte // of a panic that ended a function given to Run; otherwise nil
}

func (e *Error) Error() string { return e.Func.String() + " " + e.Fault }

// Call calls f, which calls the function fn. It returns an error if f panics.
func (r *Running) Call(fn *Func, f func()) (failed *Error) {
	outer := r.enter(fn)
	left := false
	defer func() {
		switch p := recover(); {
		case p != nil:
			failed = &Error{Func: fn, Fault: fault(p)}
			r.panicked(fn)
		case !left: // runtime.Goexit: Run reports the function that r is still inside
			return
		}
		r.leave(outer)
	}()
	f()
	left = true
	return nil
}

// Call is [Running.Call] without a Running.
func Call(fn *Func, f func()) *Error { return (*Running)(nil).Call(fn, f) }

// fault describes a panic. Only the text of a runtime error is quoted: any other value may
// contain a secret. The numbers of a runtime error are left out, since they can be the length
// of one.
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
