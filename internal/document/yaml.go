package document

import (
	"errors"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// parseYAML parses a text with above lines above it in its file. Only if explain is set
// does it locate a syntax error and find the words for it.
func parseYAML(text string, above int32, explain bool) (Node, []Problem) {
	if strings.TrimSpace(text) == "" {
		return Node{Kind: Null}, nil // the library objects to tabs on blank lines
	}
	if problem := tooManyDirectives(text); problem != nil {
		problem.Line += int(above)
		return Node{}, []Problem{*problem}
	}
	reader := newYAMLReader(text)
	dec := yaml.NewDecoder(reader)
	var doc yaml.Node
	if err := dec.Decode(&doc); err != nil {
		if errors.Is(err, io.EOF) {
			return Node{Kind: Null}, nil
		}
		return Node{}, []Problem{syntaxError(text, reader.next, above, err, explain)}
	}
	w := yamlWalker{lines: newYAMLLines(text, above)}
	root := w.value(doc.Content[0], 1)
	// A second document is checked for last, because it is reported with the
	// problems of the first.
	var second yaml.Node
	switch err := dec.Decode(&second); {
	case err == nil:
		line, column := w.lines.place(second.Line, second.Column)
		w.fail(line, column, messageSecond, hintSecond)
	case !errors.Is(err, io.EOF):
		w.problems.add(syntaxError(text, reader.next, above, err, explain))
	}
	return root, w.problems
}

func syntaxError(text string, read int, above int32, err error, explain bool) Problem {
	if !explain {
		return Problem{Code: codeSyntax}
	}
	return yamlSyntaxError(text, read, above, err)
}

// tooManyDirectives returns the problem of the first %TAG line beyond maxDirectives, or
// nil.
func tooManyDirectives(text string) *Problem {
	const directive = "%TAG"
	if strings.Count(text, directive) <= maxDirectives {
		return nil
	}
	found := 0
	for at := 0; ; at += len(directive) {
		next := strings.Index(text[at:], directive)
		if next < 0 {
			return nil
		}
		at += next
		before, _ := utf8.DecodeLastRuneInString(text[:at])
		if at > 0 && !strings.ContainsRune("\n\r\u0085\u2028\u2029", before) {
			continue // not at the start of a line
		}
		if found++; found > maxDirectives {
			problem := problemAt(text, at, "more than "+strconv.Itoa(maxDirectives)+" %TAG directives")
			problem.Code = codeTooLarge
			return &problem
		}
	}
}

// yamlWalker converts the library's tree into ours. The library's own decoder is not used
// because it drops positions and spellings, and compares each key of a map with all others.
type yamlWalker struct {
	lines    yamlLines
	anchors  map[*yaml.Node]*yamlAnchor
	nodes    int // number of values in the text
	texts    int // bytes of these and of their keys
	expanded int // number of values that aliases result in
	repeated int // bytes of these and of their keys
	deepest  int // the deepest level so far
	problems problemList

	// stopped is set when a limit is reached.
	stopped bool
}

// yamlAnchor is the value of an anchor. All aliases share it, so that a bomb of aliases
// costs no memory. They still count, because traversing the tree costs time for every value
// again.
type yamlAnchor struct {
	node   Node
	size   int // values in it
	texts  int // bytes of them and of their keys
	height int // levels below it
	done   bool
}

// value converts n, whose level is depth if it is a map or list.
func (w *yamlWalker) value(n *yaml.Node, depth int) Node {
	if n.Kind == yaml.AliasNode {
		return w.alias(n, depth)
	}
	if n.Anchor == "" {
		return w.convert(n, depth)
	}
	anchor := new(yamlAnchor)
	if w.anchors == nil {
		w.anchors = make(map[*yaml.Node]*yamlAnchor)
	}
	w.anchors[n] = anchor

	before, textsBefore, outerDeepest := w.nodes+w.expanded, w.texts+w.repeated, w.deepest
	w.deepest = depth
	anchor.node = w.convert(n, depth)
	anchor.size = w.nodes + w.expanded - before
	anchor.texts = w.texts + w.repeated - textsBefore
	anchor.height = w.deepest - depth
	anchor.done = true
	w.deepest = max(w.deepest, outerDeepest)
	node := anchor.node
	node.Marks |= Anchored
	return node
}

// alias returns the value of the alias n.
func (w *yamlWalker) alias(n *yaml.Node, depth int) Node {
	line, column := w.lines.place(n.Line, n.Column)
	anchor := w.anchors[n.Alias]
	if anchor == nil {
		// The anchor is at a key.
		anchor = &yamlAnchor{size: 1, texts: len(n.Alias.Value), done: true}
		if n.Alias.Kind == yaml.ScalarNode {
			anchor.node = w.scalar(n.Alias)
		}
	}
	if !anchor.done {
		w.fail(line, column, "the alias stands inside the value it stands for", "")
		return Node{}
	}
	w.expanded += anchor.size
	w.repeated += anchor.texts
	switch {
	case w.stopped:
	case w.expanded > MaxExpanded:
		w.problems.add(Problem{
			Code: codeTooLarge, Line: int(line), Column: int(column),
			Message: "aliases stand for too many values",
		})
		w.stopped = true
	case w.repeated > MaxExpandedText:
		w.problems.add(Problem{
			Code: codeTooLarge, Line: int(line), Column: int(column),
			Message: "aliases stand for too much text",
		})
		w.stopped = true
	case depth+anchor.height > MaxDepth && anchor.node.Kind >= List:
		w.problems.tooDeep(line, column)
		w.stopped = true
	}
	w.deepest = max(w.deepest, depth+anchor.height)
	return anchor.node
}

// convert converts a node that is no alias.
func (w *yamlWalker) convert(n *yaml.Node, depth int) Node {
	w.nodes++
	w.texts += len(n.Value)
	node := Node{}
	node.Line, node.Column = w.lines.place(n.Line, n.Column)
	switch {
	case w.stopped:
		return node
	case w.nodes > MaxNodes:
		w.problems.tooMany(node.Line, node.Column)
		w.stopped = true
		return node
	case n.Kind == yaml.ScalarNode:
		return w.scalar(n)
	case depth > MaxDepth:
		w.problems.tooDeep(node.Line, node.Column)
		w.stopped = true
		return node
	}
	w.deepest = max(w.deepest, depth)
	if n.Kind == yaml.SequenceNode {
		w.tagProblem(wrongTag(n, "!!seq"), n)
		node.Kind, node.Children = List, w.list(n, depth)
	} else {
		w.tagProblem(wrongTag(n, "!!map"), n)
		node.Kind, node.Children = Map, w.pairs(n, depth)
	}
	return node
}

func (w *yamlWalker) list(n *yaml.Node, depth int) []Child {
	items := make([]Child, 0, len(n.Content))
	for _, c := range n.Content {
		if w.stopped {
			break
		}
		line, column := w.lines.place(c.Line, c.Column)
		items = append(items, Child{Line: line, Column: column, Node: w.value(c, depth+1)})
	}
	return items
}

// pairs converts the pairs of a map and then adds those of a merge key, so that the map's
// own pairs override them wherever the merge key is.
func (w *yamlWalker) pairs(n *yaml.Node, depth int) []Child {
	pairs := make([]Child, 0, len(n.Content)/2)
	keys := keyIndex{size: len(n.Content) / 2}
	var mergeKey, merged *yaml.Node
	for i := 0; i+1 < len(n.Content) && !w.stopped; i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		line, column := w.lines.place(key.Line, key.Column)
		if key.Tag == "!!merge" && key.Value == "<<" {
			if mergeKey != nil {
				first, _ := w.lines.place(mergeKey.Line, mergeKey.Column)
				w.problems.duplicate("<<", line, column, first)
				continue
			}
			mergeKey, merged = key, value
			continue
		}
		name, ok := w.key(key)
		w.texts += len(name)
		node := w.value(value, depth+1)
		if !ok {
			continue
		}
		if len(name) > MaxKey {
			w.problems.longKey(line, column)
		}
		if j := keys.find(pairs, name); j >= 0 {
			w.problems.duplicate(name, line, column, pairs[j].Line)
			continue
		}
		if node.Marks &^= NonTextKey; isNonText(key) {
			node.Marks |= NonTextKey
		}
		pairs = append(pairs, Child{Key: name, Line: line, Column: column, Node: node})
	}
	if merged != nil && !w.stopped {
		pairs = w.merge(merged, depth, pairs, &keys)
	}
	return pairs
}

// key returns the text of a key.
func (w *yamlWalker) key(n *yaml.Node) (name string, ok bool) {
	target := n
	if n.Kind == yaml.AliasNode {
		target = n.Alias
	}
	if target.Kind != yaml.ScalarNode {
		line, column := w.lines.place(n.Line, n.Column)
		w.problems.add(Problem{
			Code: codeSyntax, Line: int(line), Column: int(column), Message: "a key must be plain text, not a map or list",
			Hint: `quote the value if it starts with "{" or "["`, Stuck: true, // it may be a template
		})
		return "", false
	}
	if target.Tag == "!!null" { // "~: x", and "? x" without a value beside it
		line, column := w.lines.place(n.Line, n.Column)
		w.fail(line, column, "a key must be a text, not null", "quote it if that is its name")
		return "", false
	}
	if target.Style&yaml.TaggedStyle == 0 {
		return target.Value, true
	}
	return w.scalar(target).Text, true
}

// isNonText reports whether a key is not a text.
func isNonText(n *yaml.Node) bool {
	if n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	return n.Tag != "!!str" && n.Tag != "!!binary" && n.Tag != "!!merge"
}

// merge adds to pairs those of the value of a merge key that have other keys. The value is
// a map, an alias of one, or a list of these, of which the earlier override.
func (w *yamlWalker) merge(n *yaml.Node, depth int, pairs []Child, keys *keyIndex) []Child {
	if n.Kind != yaml.SequenceNode {
		return w.mergeValue(n, depth, pairs, keys)
	}
	w.tagProblem(wrongTag(n, "!!seq"), n)
	for _, item := range n.Content {
		if w.stopped {
			break
		}
		pairs = w.mergeValue(item, depth, pairs, keys)
	}
	return pairs
}

// mergeValue adds the pairs of one map of a merge key.
func (w *yamlWalker) mergeValue(n *yaml.Node, depth int, pairs []Child, keys *keyIndex) []Child {
	from := w.value(n, depth)
	if w.stopped {
		return pairs
	}
	target := n
	if n.Kind == yaml.AliasNode {
		target = n.Alias
	}
	if target.Kind != yaml.MappingNode {
		line, column := w.lines.place(n.Line, n.Column)
		w.fail(line, column, `"<<" must be given a map, an alias of a map, or a list of these`, "")
		return pairs
	}
	for _, c := range from.Children {
		if keys.find(pairs, c.Key) < 0 {
			pairs = append(pairs, c)
		}
	}
	return pairs
}

// fail reports a syntax error at a position in our counting.
func (w *yamlWalker) fail(line, column int32, message, hint string) {
	w.problems.add(Problem{Code: codeSyntax, Line: int(line), Column: int(column), Message: message, Hint: hint})
}
