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

// Codec reads files of a format of a caller's.
type Codec struct {
	decoder        viper.Decoder
	decode, method *guard.Func
	turn           atomic.Pointer[turn]
}

// turn is a call of a decoder that is under way.
type turn struct {
	in   *guard.Running
	over chan struct{}
}

// NewCodec returns what reads files with an extension, which is without a dot.
func NewCodec(ext string, d viper.Decoder) *Codec {
	decode := &guard.Func{Name: "the codec for " + ext}
	return &Codec{decoder: d, decode: decode, method: &guard.Func{Name: "a method of a value from " + decode.Name}}
}

// Read gives file its tree, of a configuration of type t, or returns what is wrong with
// it. Values have no place but the file. r is the pass.
func (c *Codec) Read(r *guard.Running, t *schema.Type, file *Layer, data []byte) (problems []problem.Problem) {
	decoded := map[string]any{}
	panicked := r.Call(c.decode, func() {
		defer c.enter(r)()
		if err := c.decoder.Decode(bytes.Clone(data), decoded); err != nil {
			problems = []problem.Problem{c.failed(err, t.Secrets)}
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

// enter waits until the decoder is not being called: not every one can be called by
// several goroutines. A call that nobody waits for any more, since it has not returned
// in time, does not count.
func (c *Codec) enter(r *guard.Running) (leave func()) {
	mine := &turn{r, make(chan struct{})}
	for {
		before := c.turn.Load()
		switch {
		case before != nil && !before.in.Over():
			guard.Within(before.over, 100*time.Millisecond)
		case c.turn.CompareAndSwap(before, mine):
			return func() {
				c.turn.CompareAndSwap(mine, nil)
				close(mine.over)
			}
		}
	}
}

// failed is the problem of content that a decoder does not read. Its error may quote a
// secret.
func (c *Codec) failed(err error, secrets bool) problem.Problem {
	p := problem.Problem{Code: "syntax", Message: c.decode.Name + " cannot read it"}
	if secrets {
		p.Hint = "its error is not shown because it may quote a secret"
		return p
	}
	p.Message += ": " + problem.Shorten(strings.TrimSpace(guard.Text(err)), 400)
	p.Err = err
	return p
}

// defaultSection is where the codec of INI files has the keys above the first section.
const defaultSection = "DEFAULT"

// codecReader makes the tree of what a decoder returned.
type codecReader struct{ naturalizer }

// fromCodec returns the tree of what a decoder made of so many bytes. A key at the top
// level that is none of t, but the name of a variable, stands for what the variable does.
func fromCodec(t *schema.Type, decoded map[string]any, content int) (*document.Node, []problem.Problem) {
	n := codecReader{naturalizer{newWalk(t, nil, content)}}
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
	n.distinct(t, &root)
	variables := named.root.node()
	setLine(&variables, 0)
	n.merge(&root, t, variables)
	if len(root.Children)+len(n.problems) == 0 {
		p := document.Empty()
		return nil, []problem.Problem{{Code: p.Code, Message: p.Message, Hint: p.Hint}}
	}
	return &root, n.problems
}

// merge adds what variables set in a section of type t to what else is there.
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
