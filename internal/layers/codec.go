package layers

import (
	"bytes"
	"reflect"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/spf13/viper"

	"example.com/lastgood/internal/document"
	"example.com/lastgood/internal/guard"
	"example.com/lastgood/internal/keypath"
	"example.com/lastgood/internal/problem"
	"example.com/lastgood/internal/schema"
)

// Codec reads files of a format that a caller's decoder decodes. It is safe for concurrent
// use: it calls the decoder from one goroutine at a time.
type Codec struct {
	decoder        viper.Decoder
	decode, method *guard.Func
	current        atomic.Pointer[decoderCall]
}

// decoderCall is a call of the decoder.
type decoderCall struct {
	running *guard.Running
	done    chan struct{} // closed when the call has returned
}

// NewCodec returns a codec for files with the extension ext, which has no dot.
func NewCodec(ext string, d viper.Decoder) *Codec {
	decode := &guard.Func{Name: "the codec for " + ext}
	return &Codec{decoder: d, decode: decode, method: &guard.Func{Name: "a method of a value from " + decode.Name}}
}

// Read decodes data and sets the tree of file, for a configuration of type t, or returns
// the problems. Values have the file as their place, without a line. r is the pass that the
// decoder is called in. Read blocks while another call of the decoder runs.
func (c *Codec) Read(r *guard.Running, t *schema.Type, file *Layer, data []byte) (problems []problem.Problem) {
	decoded := map[string]any{}
	panicked := r.Call(c.decode, func() {
		defer c.acquire(r)()
		if err := c.decoder.Decode(bytes.Clone(data), decoded); err != nil {
			problems = []problem.Problem{c.decodeProblem(err, t.Secrets)}
		}
	})
	if panicked == nil && len(problems) == 0 {
		panicked = r.Call(c.method, func() { file.Root, problems = fromCodec(t.Written, decoded, len(data)) })
	}
	if panicked != nil {
		problems = []problem.Problem{{Code: "syntax", Message: panicked.Error()}}
	}
	for i := range problems {
		problems[i].Origin, problems[i].Order = file.At(0, 0), file.Order
	}
	return problems
}

// acquire blocks until no call of the decoder is running: a decoder need not be safe for
// concurrent use. A call that did not return in time, so that nobody waits for it, does not
// count.
func (c *Codec) acquire(r *guard.Running) (leave func()) {
	mine := &decoderCall{r, make(chan struct{})}
	for {
		before := c.current.Load()
		switch {
		case before != nil && !before.running.Over():
			guard.Within(before.done, 100*time.Millisecond)
		case c.current.CompareAndSwap(before, mine):
			return func() {
				c.current.CompareAndSwap(mine, nil)
				close(mine.done)
			}
		}
	}
}

// decodeProblem returns the problem of content that the decoder rejects. The decoder's
// error may quote a secret.
func (c *Codec) decodeProblem(err error, secrets bool) problem.Problem {
	p := problem.Problem{Code: "syntax", Message: c.decode.Name + " cannot read it"}
	if secrets {
		p.Hint = "its error is not shown because it may quote a secret"
		return p
	}
	p.Message += ": " + problem.Shorten(strings.TrimSpace(guard.Text(err)), 400)
	p.Err = err
	return p
}

// defaultSection is the key under which the codec of INI files has the keys above the first
// section.
const defaultSection = "DEFAULT"

// codecReader builds the tree of a decoder's result.
type codecReader struct{ nodeBuilder }

// fromCodec returns the tree of what a decoder returned for content, a number of bytes. A
// top-level key that is no key of t, but the name of a variable, sets what the variable
// sets.
func fromCodec(t *schema.Type, decoded map[string]any, content int) (*document.Node, []problem.Problem) {
	n := codecReader{nodeBuilder{newWalk(t, nil, content)}}
	all := n.entries(reflect.ValueOf(decoded))
	if i := slices.IndexFunc(all, func(e entry) bool { return e.key == defaultSection }); i >= 0 && t.Field(defaultSection) == nil {
		if top := n.pointee(schema.AnyMap(), all[i].value); top.Kind() == reflect.Map {
			all = slices.Concat(all[:i], all[i+1:], n.entries(top))
		}
	}
	root := document.Node{Kind: document.Map}
	var named Builder
	for _, e := range all {
		leaf, isName := t.Leaves.Variable(e.key)
		if !isName || t.Field(e.key) != nil {
			n.put(&root, t, e)
			continue
		}
		n.path = slices.Clip(leaf.AsWritten())
		named.Put(leaf.AsWritten(), n.node(leaf.Field.Type, e.value), problem.Origin{}) // names are unique
		n.path = nil
	}
	n.dropDuplicates(t, &root)
	variables := named.root.node()
	setLine(&variables, 0)
	n.merge(&root, t, variables)
	if len(root.Children)+len(n.problems) == 0 {
		p := document.Empty()
		return nil, []problem.Problem{{Code: p.Code, Message: p.Message, Hint: p.Hint}}
	}
	return &root, n.problems
}

// merge adds the values set by names of variables to a section of type t.
func (n *codecReader) merge(to *document.Node, t *schema.Type, variables document.Node) {
	at := make(map[string]int, len(to.Children))
	for i := range to.Children {
		at[schema.Fold(to.Children[i].Key)] = i
	}
	for _, c := range variables.Children {
		i, known := at[schema.Fold(c.Key)]
		if !known {
			to.Children = append(to.Children, c)
			continue
		}
		n.child(keypath.Field(c.Key), func() {
			if inner := t.Field(c.Key).Type; inner.Kind == schema.Struct && to.Children[i].Node.Kind == document.Map {
				n.merge(&to.Children[i].Node, inner, c.Node)
			} else {
				n.problem(problem.Problem{Code: "duplicate_key", Message: "it is set under two names", Hint: "keep one"})
			}
		})
	}
}
