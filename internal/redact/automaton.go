package redact

// automaton finds many patterns in a text at once, by the algorithm of Aho and
// Corasick: in time linear in the text, however many patterns there are and however
// they overlap. Upper and lower case of ASCII letters do not count.
type automaton struct {
	nodes []node // the first is the root
	first [256]int32
}

// node is the end of what some patterns begin with.
type node struct {
	child, sibling int32 // nodes one character longer, as a list; 0 ends it
	fallback       int32 // the longest proper end of it that a pattern begins with
	match          int32 // the length of the longest pattern that ends here; 0 for none
	char           byte
}

func newAutomaton(patterns map[string]struct{}) *automaton {
	a := &automaton{nodes: make([]node, 1)}
	for pattern := range patterns {
		a.insert(pattern)
	}
	a.link()
	return a
}

// insert adds a pattern. Call link when all are added.
func (a *automaton) insert(pattern string) {
	at := int32(0)
	for i := range len(pattern) {
		char := lower(pattern[i])
		next := a.child(at, char)
		if next == 0 {
			next = int32(len(a.nodes))
			a.nodes = append(a.nodes, node{char: char, sibling: a.nodes[at].child})
			a.nodes[at].child = next
			if at == 0 {
				a.first[char] = next
			}
		}
		at = next
	}
	a.nodes[at].match = int32(len(pattern))
}

// link finds the fallbacks, from the shortest nodes to the longest.
func (a *automaton) link() {
	queue := make([]int32, 1, len(a.nodes))
	for ; len(queue) > 0; queue = queue[1:] {
		at := queue[0]
		for child := a.nodes[at].child; child != 0; child = a.nodes[child].sibling {
			n := &a.nodes[child]
			if at != 0 {
				n.fallback = a.step(a.nodes[at].fallback, n.char)
			}
			n.match = max(n.match, a.nodes[n.fallback].match)
			queue = append(queue, child)
		}
	}
}

func (a *automaton) child(at int32, char byte) int32 {
	if at == 0 {
		return a.first[char]
	}
	next := a.nodes[at].child
	for next != 0 && a.nodes[next].char != char {
		next = a.nodes[next].sibling
	}
	return next
}

// step returns where a character leads from a node.
func (a *automaton) step(at int32, char byte) int32 {
	for {
		if next := a.child(at, char); next != 0 || at == 0 {
			return next
		}
		at = a.nodes[at].fallback
	}
}

// scan calls found for the longest pattern that ends at each place in text, from the
// first to the last.
func (a *automaton) scan(text string, found func(start, end int)) {
	at := int32(0)
	for i := range len(text) {
		at = a.step(at, lower(text[i]))
		if n := int(a.nodes[at].match); n > 0 {
			found(i+1-n, i+1)
		}
	}
}

// occursIn reports whether there is a pattern in text.
func (a *automaton) occursIn(text string) bool {
	found := false
	a.scan(text, func(int, int) { found = true })
	return found
}

func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}
