package configtest

import (
	"testing"
	"time"

	"example.com/lastgood/config"
)

// SourceHarness has [TestSource] make a source and change the content behind it. One test
// uses it at a time.
type SourceHarness struct {
	// New returns a source whose content does not exist yet. The other functions are about
	// the content of the one that was made last. What the source needs is ended with t.
	New func(t *testing.T) config.Source

	// Put makes documents, text by name, all of the content, in one step. It returns when a
	// Read that begins then has them, unless the source is cut off.
	Put func(t *testing.T, documents map[string]string)

	// Delete takes the content away: it does not exist any more.
	Delete func(t *testing.T)

	// Names are those of the documents that are put: the first alone, or all together. The
	// texts are JSON, so each must be read as YAML or JSON.
	Names []string

	// Poll is how often stores read the source beside its watch. By default, it is a second.
	Poll time.Duration

	// What follows is nil where a source or its harness has no such thing; the tests of it
	// are skipped then. All but Restart, Expire and Rotate return a function that undoes it;
	// content is put meanwhile.

	Refuse  func(t *testing.T) (accept func()) // Read refuses the content, as by its signature
	Deny    func(t *testing.T) (permit func()) // there is no permission to read; watches under way may go on or end
	Break   func(t *testing.T) (mend func())   // every connection ends, and none is made
	Stall   func(t *testing.T) (resume func()) // connections stay, and nothing comes through them any more
	Restart func(t *testing.T)                 // the server ends, and is started anew with the same content
	Expire  func(t *testing.T)                 // watches under way end, and none can begin from a revision of before
	Rotate  func(t *testing.T)                 // credentials of before are not valid any more, and the source can have the new ones
}

// TestSource tests that a source keeps the rules of [config.Source], by itself and in a store
// that follows it through everything that the harness can do. Run it with the race detector,
// and look for goroutines that are left when all tests have ended.
func TestSource(t *testing.T, h SourceHarness) {
	if h.New == nil || h.Put == nil || h.Delete == nil || len(h.Names) == 0 {
		t.Fatal("configtest: TestSource: the harness lacks New, Put, Delete or Names")
	}
	if h.Poll == 0 {
		h.Poll = time.Second
	}
	for _, rule := range sourceRules {
		t.Run(rule.name, func(t *testing.T) {
			rule.test(&sourceTest{T: t, SourceHarness: h, source: h.New(t)})
		})
	}
	for _, way := range sourceWays {
		t.Run(way.name, func(t *testing.T) {
			s := &sourceTest{T: t, SourceHarness: h}
			if way.lacks(h) {
				t.Skip("the harness has no such thing")
			}
			s.source = h.New(t)
			s.follow(way.play)
		})
	}
}

// harnessLimit bounds every wait; nothing is expected to take that long.
var harnessLimit = 60 * time.Second

// sourceTest is one test of a source.
type sourceTest struct {
	*testing.T
	SourceHarness
	source config.Source
}
