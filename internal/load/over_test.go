package load_test

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"testing"

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
	cancel             context.CancelFunc
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

func canceledPass(t *testing.T) []load.Problem {
	t.Helper()
	var ctx context.Context
	ctx, cancelPass.cancel = context.WithCancel(t.Context())
	defer cancelPass.cancel()
	cancelPass.texts, cancelPass.validateds = 0, 0
	doc := yaml("entries:\n" + strings.Join(numbered(10_000, "  k%d: {text: a}"), "\n"))
	result, problems := newLoader[canceled](t, load.Options{}).Load(ctx, []source.Document{doc}, nil)
	if result != nil {
		t.Error("there is a result")
	}
	return problems
}

func TestAPassEndsWhileItBinds(t *testing.T) {
	cancelPass.inText, cancelPass.inValidate = true, false
	problems := canceledPass(t)
	if cancelPass.texts > mostLate || cancelPass.validateds > 0 {
		t.Errorf("%d texts were read and %d values validated after the end", cancelPass.texts, cancelPass.validateds)
	}
	wantGivenUp(t, problems)
}

func TestAPassEndsWhileItValidates(t *testing.T) {
	cancelPass.inText, cancelPass.inValidate = false, true
	problems := canceledPass(t)
	if cancelPass.validateds > mostLate {
		t.Errorf("%d values were validated after the end", cancelPass.validateds)
	}
	wantGivenUp(t, problems)
}

func TestAPassEndsBetweenDocuments(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	docs := make([]source.Document, 10_000)
	for i := range docs {
		docs[i] = yaml("entries: [") // which would be a problem each
	}
	_, problems := newLoader[canceled](t, load.Options{}).Load(ctx, docs, nil)
	wantGivenUp(t, problems)
}

func wantGivenUp(t *testing.T, problems []load.Problem) {
	t.Helper()
	if len(problems) != 1 || !errors.Is(problems[0].Err, context.Canceled) {
		t.Errorf("got %d problems: %s", len(problems), sayAll(problems[:min(len(problems), 3)]))
	}
}

// numbered returns n texts with their numbers in the place of %d.
func numbered(n int, format string) []string {
	all := make([]string, n)
	for i := range all {
		all[i] = strings.ReplaceAll(format, "%d", strconv.Itoa(i))
	}
	return all
}
