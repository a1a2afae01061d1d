//go:build unix

package configtest_test

import (
	"fmt"
	"log/slog"
	"testing"

	"example.com/lastgood/config"
	"example.com/lastgood/config/configtest"
)

// Pool is the configuration of the program under test.
type Pool struct {
	Size int `validate:"min=1,max=64"`
}

// A test updates a mounted ConfigMap. A good update is published; a bad one is rejected, and the last
// good configuration stays in force.
func ExampleNewVolume() {
	// func TestResize(t *testing.T) {
	runTest(func(t testing.TB) {
		v := configtest.NewVolume(t, map[string]string{"config.yaml": "size: 4"})
		cfg, err := config.Open[Pool](
			config.WithFile(v.Path("config.yaml")),
			config.WithLogger(slog.New(slog.DiscardHandler)),
		)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(cfg.Close)
		resized, rejected := make(chan int), make(chan *config.Error)
		cfg.OnChange(func(_, new *Pool) { resized <- new.Size })
		cfg.OnReject(func(err *config.Error) { rejected <- err })

		v.Update(map[string]string{"config.yaml": "size: 8"})
		fmt.Println("resized to", <-resized)

		v.Update(map[string]string{"config.yaml": "size: 800"})
		fmt.Println("rejected:", (<-rejected).Problems[0].Message)
		fmt.Println("still", cfg.Current().Size)
	})
	// Output:
	// resized to 8
	// rejected: must be 64 or less, got 800
	// still 8
}

// Several files of one volume change together. Reload publishes an update at once, and returns whether
// it was good, so a test need not wait.
func ExampleVolume_Update() {
	// func TestLaterFilesWin(t *testing.T) {
	runTest(func(t testing.TB) {
		v := configtest.NewVolume(t, map[string]string{
			"base.yaml": "size: 4",
			"site.yaml": "size: 6",
		})
		cfg, err := config.Open[Pool](
			config.WithFile(v.Path("base.yaml")),
			config.WithOptionalFile(v.Path("site.yaml")),
			config.WithLogger(slog.New(slog.DiscardHandler)),
		)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(cfg.Close)
		fmt.Println(cfg.Current().Size)

		v.Update(map[string]string{"base.yaml": "size: 8", "site.yaml": "size: 9"})
		fmt.Println(cfg.Reload(t.Context()), cfg.Current().Size)

		v.Remove("site.yaml")
		fmt.Println(cfg.Reload(t.Context()), cfg.Current().Size)
	})
	// Output:
	// 6
	// <nil> 9
	// <nil> 8
}
