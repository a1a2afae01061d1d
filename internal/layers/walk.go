package layers

import (
	"reflect"
	"slices"

	"example.com/lastgood/internal/document"
	"example.com/lastgood/internal/keypath"
	"example.com/lastgood/internal/problem"
	"example.com/lastgood/internal/schema"
)

// walk traverses Go values, with the limits of a document.
type walk struct {
	root     *schema.Type // of the whole configuration
	from     keypath.Path // of the value that is traversed
	path     keypath.Path // of the current value
	depth    int
	nodes    int // number of values that are still allowed
	repeated int // number of these in repeated lists and maps
	text     int // number of bytes of text that are still allowed

	seen      map[identity]bool // lists and maps that were traversed
	repeating int               // above 0 inside a list or map that was traversed before
	problems  []problem.Problem
	stopped   bool // a limit was exceeded
}

// newWalk returns a walk from path. content is the number of bytes that the values were
// decoded from.
func newWalk(root *schema.Type, path keypath.Path, content int) walk {
	return walk{root: root, from: path, path: slices.Clip(path), nodes: document.MaxNodes, repeated: document.MaxExpanded,
		seen: map[identity]bool{}, text: content + document.MaxExpandedText}
}

// problem reports a problem with the current value.
func (w *walk) problem(p problem.Problem) {
	if len(w.problems) > problem.Most {
		return // no more are shown
	}
	path := w.path
	if w.root.Secrets { // an unknown key may be a misspelled secret
		for i := range path {
			if in := w.root.At(path[:i]); in != nil && in.Kind == schema.Struct && in.Below(path[i]) == nil {
				path = path[:i]
				break
			}
		}
	}
	p.Key = w.root.Mask(path).String()
	w.problems = append(w.problems, p)
}

// stop reports that a limit was exceeded.
func (w *walk) stop(p document.Problem) {
	if !w.stopped {
		w.problems, w.stopped = append(w.problems, problem.Problem{Code: p.Code, Key: w.root.Mask(w.from).String(), Message: p.Message}), true
	}
}

func (w *walk) tooDeep() {
	p := document.TooDeep()
	p.Message += ", or leading back to itself"
	w.stop(p)
}

// countValue counts a value, and reports whether it is within the limits.
func (w *walk) countValue() bool {
	w.nodes--
	if w.repeating > 0 {
		w.repeated--
	}
	switch {
	case w.depth >= document.MaxDepth:
		w.tooDeep()
	case w.nodes < 0:
		w.stop(document.TooMany())
	case w.repeated < 0:
		w.stop(document.Problem{Code: "too_large", Message: "lists and maps that occur more than once stand for too many values"})
	}
	return !w.stopped
}

// child calls f for a value one step down.
func (w *walk) child(s keypath.Step, f func()) {
	w.path, w.depth = append(w.path, s), w.depth+1
	f()
	w.path, w.depth = w.path[:len(w.path)-1], w.depth-1
}

// countText counts the bytes of a text, and reports whether they are within the limit.
func (w *walk) countText(text string) bool {
	if w.text -= len(text); w.text < 0 {
		w.stop(document.Problem{Code: "too_large", Message: "too much text"})
	}
	return !w.stopped
}

// identity identifies a list or map.
type identity struct {
	typ     reflect.Type
	address uintptr
	length  int
}

// enter records that a list or map is traversed, maybe again.
func (w *walk) enter(v reflect.Value) (leave func()) {
	if kind := v.Kind(); kind != reflect.Slice && kind != reflect.Map || v.Len() == 0 {
		return func() {}
	}
	at := identity{v.Type(), v.Pointer(), v.Len()}
	if !w.seen[at] {
		w.seen[at] = true
		return func() {}
	}
	w.repeating++
	return func() { w.repeating-- }
}
