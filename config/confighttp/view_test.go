package confighttp_test

import (
	"net/http"
	"strings"
	"sync"
	"testing"

	"example.com/lastgood/config"
	"example.com/lastgood/config/confighttp"
)

// interrupted is a store in which something happens after it has returned its settings.
type interrupted struct {
	*config.Store[shop]
	happen func()
}

func (m *interrupted) Settings() []config.Setting {
	all := m.Store.Settings()
	m.happen()
	return all
}

func TestThePageIsOfOneVersion(t *testing.T) {
	store, path := follow(t, good)
	var once sync.Once
	m := &interrupted{store, func() {
		once.Do(func() { accept(t, store, path, strings.ReplaceAll(good, "Welcome", "Farewell")) })
	}}
	page := parse(t, get(t, named(m)))
	wantText(t, "headline", page.one(t, "p.summary"), "Serving version 2, as it is on disk")
	wantText(t, "setting", page.below(t, "Settings", "td"), "Farewell to the shop")
	wantText(t, "history", page.one(t, "ol.history").all("strong")[0], "Version 2")
}

func TestAStoreThatChangesAllTheTimeIsShown(t *testing.T) {
	store, path := follow(t, good)
	texts := []string{"Welcome", "Farewell"}
	n := 0
	m := &interrupted{store, func() {
		n++
		accept(t, store, path, strings.ReplaceAll(good, "Welcome", texts[n%2]))
	}}
	page := parse(t, get(t, named(m)))
	if got := page.one(t, "p.summary").String(); !strings.HasPrefix(got, "Serving version ") {
		t.Errorf("got %q", got)
	}
}

func TestPagesAndReloadsAreServedAtTheSameTime(t *testing.T) {
	store, path := follow(t, good)
	h := confighttp.Handler(confighttp.Named("shop", store), confighttp.WithReload())
	var clients sync.WaitGroup
	stop := make(chan struct{})
	for _, target := range []string{"/", "/?format=json"} {
		clients.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
					if r := ask(t, h, http.MethodGet, target); r.StatusCode != http.StatusOK {
						t.Errorf("%s: %d", target, r.StatusCode)
						return
					}
				}
			}
		})
	}
	for i := range 30 {
		put(t, path, []string{good, bad, strings.ReplaceAll(good, "Welcome", "Farewell")}[i%3])
		if r := post(t, h, "name=shop"); r.StatusCode != http.StatusSeeOther {
			t.Errorf("the reload: %d", r.StatusCode)
		}
	}
	close(stop)
	clients.Wait()
}
