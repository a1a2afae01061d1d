package configtest

import (
	"testing"
	"time"

	"example.com/lastgood/config"
)

// SourceHarness creates the sources of [TestSource] and changes their content. Its functions are called
// by one test at a time.
type SourceHarness struct {
	// New returns a source whose content does not exist yet. The other functions change the
	// content of the source that was created last. New registers its cleanup with t.
	New func(t *testing.T) config.Source

	// Put replaces the whole content with documents, text by name, in one step. When it returns, the
	// next Read must return them, unless the source is cut off.
	Put func(t *testing.T, documents map[string]string)

	// Delete removes the content, so that it does not exist any more.
	Delete func(t *testing.T)

	// Names are the names of the documents: tests put the first alone, or all together. The texts are
	// JSON, so each document must be read as YAML or JSON.
	Names []string

	// Poll is how often stores read the source besides its watch. By default, it is a second.
	Poll time.Duration

	// The following functions can be nil; their tests are skipped then. Each returns a function that
	// undoes it, except Restart, Expire and Rotate. Content is put in between.

	Refuse  func(t *testing.T) (accept func()) // Read refuses the content, as for a wrong signature
	Deny    func(t *testing.T) (permit func()) // Read is not permitted; present watches can continue or end
	Break   func(t *testing.T) (mend func())   // all connections are closed, and new ones are refused
	Stall   func(t *testing.T) (resume func()) // connections stay open, and transfer nothing
	Restart func(t *testing.T)                 // the server is restarted with the same content
	Expire  func(t *testing.T)                 // present watches end, and none can begin from an earlier revision
	Rotate  func(t *testing.T)                 // earlier credentials become invalid, and the source can get the new ones
}

// TestSource tests that a source follows the rules of [config.Source], by itself and in a store that
// follows it through all changes of the harness. Run it with the race detector, and check that no
// goroutine is left after all tests, for example with go.uber.org/goleak. It fails the test if New,
// Put, Delete or Names is missing.
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
	for _, scenario := range sourceScenarios {
		t.Run(scenario.name, func(t *testing.T) {
			s := &sourceTest{T: t, SourceHarness: h}
			if scenario.skip(h) {
				t.Skip("the harness has no function for it")
			}
			s.source = h.New(t)
			s.follow(scenario.run)
		})
	}
}

// harnessLimit bounds every wait. No test is expected to take that long.
var harnessLimit = 60 * time.Second

// sourceTest is one test of a source.
type sourceTest struct {
	*testing.T
	SourceHarness
	source config.Source
}
