package config_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"example.com/lastgood/config"
)

// A type without methods is decoded on the store's own goroutine.
func TestCloseDuringAPassOverVeryMuchEndsThePass(t *testing.T) {
	type many struct{ Values map[string]int }
	path := yamlFile(t, "values: {a: 1}")
	s := open[many](t, config.WithFile(path), config.WithoutWatch())
	var text strings.Builder
	text.WriteString("values:\n")
	for i := range 100_000 {
		fmt.Fprintf(&text, "  k%d: %d\n", i, i)
	}
	put(t, path, text.String())
	answer := make(chan error, 1)
	go func() { answer <- s.Reload(context.Background()) }()
	closes(t, s)
	err := within(t, answer, "the answer")
	if published := len(s.Current().Values) > 1; published != (err == nil) || err != nil && !errors.Is(err, config.ErrClosed) {
		t.Errorf("Reload returned %v, published %v", err, published)
	}
}
