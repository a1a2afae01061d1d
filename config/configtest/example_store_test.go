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

// Printer is code under test: it takes a store.
type Printer struct {
	cfg *config.Store[Banner]
}

// Print prints the banner.
func (p *Printer) Print() { fmt.Println(p.cfg.Current().Text) }

// Each test has its own store, so tests can be parallel.
func ExampleNewStore() {
	// func TestPrint(t *testing.T) {
	runTest(func(t testing.TB) {
		p := &Printer{cfg: configtest.NewStore(t, Banner{Text: "Welcome"})}
		p.Print()
	})
	// Output: Welcome
}

// A test changes a store, and simulates a rejected reload, without a file.
func ExampleSet() {
	// func TestReprint(t *testing.T) {
	runTest(func(t testing.TB) {
		cfg := configtest.NewStore(t, Banner{Text: "Hello"})
		cfg.OnChange(func(_, new *Banner) { fmt.Println("now", new.Text) })
		cfg.OnReject(func(err *config.Error) { fmt.Println("rejected:", err.Problems[0].Message) })

		configtest.Set(t, cfg, Banner{Text: "Welcome"})
		configtest.Reject(t, cfg, config.Problem{Key: "text", Message: "too long"})
		fmt.Println("still", cfg.Current().Text)
	})
	// Output:
	// now Welcome
	// rejected: too long
	// still Welcome
}
