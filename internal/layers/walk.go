package layers

import (
	"reflect"
	"slices"

	"example.com/lastgood/internal/document"
	"example.com/lastgood/internal/keypath"
	"example.com/lastgood/internal/problem"
	"example.com/lastgood/internal/schema"
)

// walk is one through Go values, which is bounded as a document is.
type walk struct {
	root     *schema.Type // of all of the configuration
	from     keypath.Path // to all that is read
	path     keypath.Path // to the value at hand
	depth    int
	nodes    int // that there may still be
	repeated int // of these, in what was read before
	text     int // bytes of it that there may still be

	seen     map[reference]bool // lists and maps that were read
	again    int                // above 0 in one that is read again
	problems []problem.Problem
	stopped  bool // because there is too much
}

// newWalk returns a walk from path, through what was made of so many bytes.
func newWalk(root *schema.Type, path keypath.Path, content int) walk {
	return walk{root: root, from: path, path: slices.Clip(path), nodes: document.MaxNodes, repeated: document.MaxExpanded,
		seen: map[reference]bool{}, text: content + document.MaxExpandedText}
}

// problem reports what is wrong with the value at hand.
func (w *walk) problem(p problem.Problem) {
	if len(w.problems) > problem.Most {
		return // nobody gets to see more
	}
	path := w.path
	if w.root.Secrets { // a key without a field may be a misspelled secret
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

// stop reports that there is too much.
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

// count counts one more value, and reports whether it is not one too many.
func (w *walk) count() bool {
	w.nodes--
	if w.again > 0 {
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

// child calls f one step further into the values.
func (w *walk) child(s keypath.Step, f func()) {
	w.path, w.depth = append(w.path, s), w.depth+1
	f()
	w.path, w.depth = w.path[:len(w.path)-1], w.depth-1
}

// take counts bytes of text, and reports whether they are a text and not too much.
func (w *walk) take(text string) bool {
	if w.text -= len(text); w.text < 0 {
		w.stop(document.Problem{Code: "too_large", Message: "too much text"})
	}
	return !w.stopped
}

// reference is a list or map.
type reference struct {
	typ     reflect.Type
	address uintptr
	length  int
}

// enter notes that a list or map is being read, maybe again.
func (w *walk) enter(v reflect.Value) (leave func()) {
	if kind := v.Kind(); kind != reflect.Slice && kind != reflect.Map || v.Len() == 0 {
		return func() {}
	}
	at := reference{v.Type(), v.Pointer(), v.Len()}
	if !w.seen[at] {
		w.seen[at] = true
		return func() {}
	}
	w.again++
	return func() { w.again-- }
}
