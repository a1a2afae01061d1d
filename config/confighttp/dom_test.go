package confighttp_test

import (
	"bytes"
	"encoding/xml"
	"strings"
	"testing"
)

// node is an element of a page.
type node struct {
	name     string
	attrs    map[string]string
	children []*node
	text     string // if it has no name
}

// parse parses a page, which is also valid XML: every element is closed and every attribute
// quoted.
func parse(t testing.TB, page []byte) *node {
	t.Helper()
	d := xml.NewDecoder(bytes.NewReader(page))
	root := &node{}
	open := []*node{root}
	for {
		token, err := d.Token()
		if token == nil {
			if len(root.elements()) != 1 {
				t.Fatalf("the page does not parse: %v\n%s", err, page)
			}
			return root
		}
		top := open[len(open)-1]
		switch token := token.(type) {
		case xml.StartElement:
			n := &node{name: token.Name.Local, attrs: map[string]string{}}
			for _, a := range token.Attr {
				n.attrs[a.Name.Local] = a.Value
			}
			top.children = append(top.children, n)
			open = append(open, n)
		case xml.EndElement:
			open = open[:len(open)-1]
		case xml.CharData:
			top.children = append(top.children, &node{text: string(token)})
		}
	}
}

func (n *node) elements() (all []*node) {
	for _, c := range n.children {
		if c.name != "" {
			all = append(all, c)
		}
	}
	return all
}

// all returns the elements below n that match a selector, name or name.class, in the order of
// the page.
func (n *node) all(selector string) (found []*node) {
	name, class, _ := strings.Cut(selector, ".")
	for _, c := range n.elements() {
		if c.name == name && (class == "" || strings.Contains(" "+c.attrs["class"]+" ", " "+class+" ")) {
			found = append(found, c)
		}
		found = append(found, c.all(selector)...)
	}
	return found
}

// one returns the only element that matches, and fails the test if there is another number.
func (n *node) one(t testing.TB, selector string) *node {
	t.Helper()
	found := n.all(selector)
	if len(found) != 1 {
		t.Fatalf("there are %d %s, not one", len(found), selector)
	}
	return found[0]
}

// String returns the text of the element, with one space for any white space.
func (n *node) String() string { return strings.Join(strings.Fields(n.raw()), " ") }

func (n *node) raw() string {
	all := n.text
	for _, c := range n.children {
		all += c.raw()
	}
	return all
}

// rows returns the texts of a table by row, with the header first.
func (n *node) rows() (rows [][]string) {
	for _, tr := range n.all("tr") {
		var row []string
		for _, cell := range tr.elements() {
			row = append(row, cell.String())
		}
		rows = append(rows, row)
	}
	return rows
}

// below returns the first matching element after the heading with a text.
func (n *node) below(t testing.TB, heading, selector string) *node {
	t.Helper()
	for _, s := range n.all("section") {
		seen := false
		for _, c := range s.elements() {
			seen = seen || c.name == "h3" && c.String() == heading
			if !seen {
				continue
			}
			if found := (&node{children: []*node{c}}).all(selector); len(found) > 0 {
				return found[0]
			}
		}
	}
	t.Fatalf("there is no %s below %q", selector, heading)
	return nil
}
