package load_test

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"testing"

	"example.com/lastgood/internal/guard"
	"example.com/lastgood/internal/load"
	"example.com/lastgood/internal/source"
)

// mostLate is how many more values a pass may go through when nobody waits for it.
const mostLate = 300

// canceled has its context ended by the first of its values that is used.
type canceled struct {
	Entries map[string]canceledOne `mapstructure:"entries"`
}

type canceledOne struct {
	Text   cancelText `mapstructure:"text"`
	Number int        `mapstructure:"number"`
}

var cancelPass struct {
	cancel             func()        // and wait until nobody waits for the pass
	over               chan struct{} // closed when nobody waits for the pass
	inText, inValidate bool
	texts, validateds  int
}

type cancelText string

func (c *cancelText) UnmarshalText(text []byte) error {
	cancelPass.texts++
	if cancelPass.inText {
		cancelPass.cancel()
	}
	*c = cancelText(text)
	return nil
}

func (c canceledOne) Validate() error {
	cancelPass.validateds++
	if cancelPass.inValidate {
		cancelPass.cancel()
	}
	return nil
}

// canceledPass makes a pass whose context may end while it is made, and fails the test if
// that comes to anything.
func canceledPass(t *testing.T, ctx context.Context, docs ...source.Document) {
	t.Helper()
	l := newLoader[canceled](t, load.Options{})
	ended := make(chan struct{})
	err := guard.Run(ctx, nil, load.CallLimit, func(ctx context.Context) {
		defer close(ended)
		if result, problems := l.Load(ctx, docs, nil); result != nil || len(problems) > 0 {
			t.Errorf("got the result %v and %d problems", result, len(problems))
		}
	})
	close(cancelPass.over)
	<-ended
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func manyEntries() source.Document {
	return yaml("entries:\n" + strings.Join(numbered(10_000, "  k%d: {text: a}"), "\n"))
}

func TestAPassEndsWhileItBinds(t *testing.T) {
	ctx := cancelIn(t, true)
	canceledPass(t, ctx, manyEntries())
	if cancelPass.texts > mostLate || cancelPass.validateds > 0 {
		t.Errorf("%d texts were read and %d values validated after the end", cancelPass.texts, cancelPass.validateds)
	}
}

func TestAPassEndsWhileItValidates(t *testing.T) {
	ctx := cancelIn(t, false)
	canceledPass(t, ctx, manyEntries())
	if cancelPass.validateds > mostLate {
		t.Errorf("%d values were validated after the end", cancelPass.validateds)
	}
}

func TestAPassEndsBetweenDocuments(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	cancelPass.over = make(chan struct{})
	docs := make([]source.Document, 10_000)
	for i := range docs {
		docs[i] = yaml("entries: [") // which would be a problem each
	}
	canceledPass(t, ctx, docs...)
}

// cancelIn returns a context that the first text cancels, or the first Validate method.
func cancelIn(t *testing.T, inText bool) context.Context {
	t.Helper()
	cancelPass.inText, cancelPass.inValidate = inText, !inText
	cancelPass.texts, cancelPass.validateds = 0, 0
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	cancelPass.over = make(chan struct{})
	cancelPass.cancel = func() {
		cancel()
		<-cancelPass.over
	}
	return ctx
}

// numbered returns n texts with their numbers in the place of %d.
func numbered(n int, format string) []string {
	all := make([]string, n)
	for i := range all {
		all[i] = strings.ReplaceAll(format, "%d", strconv.Itoa(i))
	}
	return all
}
