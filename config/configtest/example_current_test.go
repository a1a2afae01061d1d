package configtest_test

import (
	"fmt"
	"testing"

	"example.com/lastgood/config"
	"example.com/lastgood/config/configtest"
)

// Limits is the configuration of the program under test.
type Limits struct {
	MaxItems int `default:"10" validate:"min=1"`
}

// trim is code under test: it reads the process's configuration.
func trim(items []string) []string {
	return items[:min(len(items), config.Current[Limits]().MaxItems)]
}

// SetCurrent sets the value of config.Current until the test ends.
func ExampleSetCurrent() {
	// func TestTrim(t *testing.T) {
	runTest(func(t testing.TB) {
		configtest.SetCurrent(t, Limits{MaxItems: 2})
		fmt.Println(trim([]string{"a", "b", "c"}))
	})

	_, ok := config.Lookup[Limits]()
	fmt.Println("still set after the test:", ok)
	// Output:
	// [a b]
	// still set after the test: false
}
