package config_test

import (
	"fmt"
	"strings"
	"testing"

	"example.com/lastgood/config"
)

// node is a type whose values can lead back to themselves.
type node struct {
	Name string
	Next *node
}

type cyclic struct {
	N     int
	Nodes map[string]*node
	Any   any
	Pin   string `reload:"restart"`
}

// Validate links nodes of the same name, which a document cannot do.
func (c *cyclic) Validate() error {
	for _, n := range c.Nodes {
		n.Next = n
	}
	if m, ok := c.Any.(map[string]any); ok {
		m["itself"] = m
	}
	return nil
}

func TestValuesThatLeadBackToThemselves(t *testing.T) {
	if !inChild(t) {
		return
	}
	path := yamlFile(t, "{n: 1, nodes: {a: {name: x}}, any: {b: 1}, pin: p}")
	s := open[cyclic](t, config.WithFile(path))
	_ = s.Settings()
	next := accepts(t, s, path, "{n: 2, nodes: {a: {name: y}}, any: {b: 2}, pin: p}")
	if got := fmt.Sprint(s.Diff(nil, next)); !strings.Contains(got, "n: not set -> 2") {
		t.Errorf("the difference is %s", got)
	}
	version := s.Snapshot().Version
	accepts(t, s, path, "{n: 2, nodes: {a: {name: y}}, any: {b: 2}, pin: p} # a comment")
	if s.Snapshot().Version != version {
		t.Error("a comment made a new version")
	}
	put(t, path, "{n: 3, nodes: {a: {name: y}}, any: {b: 2}, pin: q}") // it is validated twice
	if err := s.Reload(t.Context()); err != nil && !strings.Contains(err.Error(), "leads back to itself") {
		t.Error(err)
	}
	loop := &node{}
	loop.Next = loop
	_, err := config.Open[cyclic](config.WithoutFile(), config.WithDefaults(cyclic{Nodes: map[string]*node{"a": loop}}))
	if want := "config: WithDefaults: the value leads back to itself"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

// token is a secret whose values point to themselves.
type token struct {
	text string
	self *token
}

func (k *token) UnmarshalText(b []byte) error { k.text, k.self = string(b), k; return nil }
func (k token) Reveal() string                { return k.text }

func TestAHookMayPanicBesideASecretThatLeadsBackToItself(t *testing.T) {
	if !inChild(t) {
		return
	}
	type secretive struct {
		N     int
		Token token
	}
	loop := map[string]any{}
	loop["itself"] = loop
	path, log := yamlFile(t, "{n: 0, token: hunter2}"), new(journal)
	s := open[secretive](t, config.WithFile(path), logTo(log))
	for i, value := range []any{"saw hunter2", loop, error(faulty{"Error", func() { panic("x") }}), (*wrapping)(nil), &s} {
		stop := s.OnChange(func(_, _ *secretive) { panic(value) })
		accepts(t, s, path, fmt.Sprintf("{n: %d, token: hunter2}", i+1))
		eventually(t, "the panic", func() bool { return strings.Count(log.String(), "a hook panicked") == i+1 })
		stop()
	}
	if strings.Contains(log.String(), "hunter2") {
		t.Errorf("the log has the secret:\n%s", log)
	}
}
