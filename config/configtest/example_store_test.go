package configtest_test

import (
	"fmt"
	"testing"

	"example.com/lastgood/config"
	"example.com/lastgood/config/configtest"
)

// Banner is the configuration of the program under test.
type Banner struct {
	Text string `default:"Hello"`
}

// Printer is code under test: it is handed the store it reads from.
type Printer struct {
	cfg *config.Store[Banner]
}

// Print prints the banner.
func (p *Printer) Print() { fmt.Println(p.cfg.Current().Text) }

// Code that is handed a store is given one of its own, so that the tests can be
// parallel.
func ExampleNewStore() {
	// func TestPrint(t *testing.T) {
	runTest(func(t testing.TB) {
		p := &Printer{cfg: configtest.NewStore(t, Banner{Text: "Welcome"})}
		p.Print()
	})
	// Output: Welcome
}
