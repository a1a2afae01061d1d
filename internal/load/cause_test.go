package load_test

import (
	"context"
	"testing"

	"example.com/lastgood/internal/guard"
	"example.com/lastgood/internal/load"
	"example.com/lastgood/internal/source"
)

func TestACauseInAPartOfAFileHasThePlaceInTheFile(t *testing.T) {
	doc := yaml("auth:\n  user: x\n  open:a\n")
	doc.Margin = source.Margin{Above: 40, Left: 4}
	_, problems := pass[vault](t, doc)
	if len(problems) != 1 || problems[0].Origin.Line != 43 || problems[0].Origin.Column != 11 ||
		problems[0].Message != `no space after the ":"` || problems[0].Excerpt == nil || problems[0].Excerpt.Line != 43 {
		t.Errorf("%+v", problems)
	}
}

func TestAManifestInAPartOfAFileHasThePlaceInTheFile(t *testing.T) {
	doc := yaml("apiVersion: v1\nkind: ConfigMap\ndata: {hunter2: x}\n")
	doc.Margin = source.Margin{Above: 40, Left: 4}
	_, problems := pass[vault](t, doc)
	if len(problems) != 1 || problems[0].Origin.Line != 42 || problems[0].Origin.Column != 5 {
		t.Errorf("%+v", problems)
	}
	wantNoMarker(t, problems, string(doc.Data))
}

func TestNoCauseIsSearchedForWhenTheContextHasEnded(t *testing.T) {
	l := newLoader[vault](t, load.Options{})
	docs := []source.Document{yaml("name:x\nport: 1\n")}
	messages := func(ctx context.Context) (message string) {
		done := guard.Go(ctx, nil, func(ctx context.Context) {
			_, problems := l.Load(ctx, docs, nil)
			message = problems[0].Message
		})
		if err := <-done; err != nil {
			t.Fatal(err)
		}
		return message
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if got, want := messages(ended), messages(t.Context()); got == want {
		t.Errorf("%q with and without a context that has ended", got)
	}
}
