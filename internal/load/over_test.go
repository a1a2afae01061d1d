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

// maxLate is how many more values an abandoned pass may process.
const maxLate = 300

// canceled is a configuration whose first value cancels the context of the pass.
type canceled struct {
	Entries map[string]canceledOne `mapstructure:"entries"`
}

type canceledOne struct {
	Text   cancelText `mapstructure:"text"`
	Number int        `mapstructure:"number"`
}

var cancelPass struct {
	cancel             func()        // cancels the context, and waits until the pass is abandoned
	over               chan struct{} // closed when the pass is abandoned
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

// canceledPass makes a pass whose context may be canceled meanwhile, and fails the test if the
// pass returns a result or a problem.
func canceledPass(ctx context.Context, t *testing.T, docs ...source.Document) {
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
	canceledPass(ctx, t, manyEntries())
	if cancelPass.texts > maxLate || cancelPass.validateds > 0 {
		t.Errorf("%d texts were read and %d values validated after the end", cancelPass.texts, cancelPass.validateds)
	}
}

func TestAPassEndsWhileItValidates(t *testing.T) {
	ctx := cancelIn(t, false)
	canceledPass(ctx, t, manyEntries())
	if cancelPass.validateds > maxLate {
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
	canceledPass(ctx, t, docs...)
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
