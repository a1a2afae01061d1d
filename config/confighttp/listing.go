package confighttp

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"example.com/lastgood/config"
	"example.com/lastgood/internal/redact"
)

const (
	mostSettings  = 200  // that the page lists at once
	longestSearch = 1024 // bytes of what is searched for
)

// listing is the part of a store's settings that the page shows.
type listing struct {
	Settings    []config.Setting
	Search      string // what is searched for, or ""
	Number      int    // of the page, from 1
	First, Last int    // settings of those that are found, from 1
	Found, All  int

	store, id string
}

// wanted is what a request wants to see of the settings of one store.
type wanted struct {
	store  *namedStore
	search string
	page   int
}

// wanted returns what a request wants to see, by its query: "store" names the store,
// "search" is in the key or the value of what is listed, and "page" counts from 1.
func (h *handler) wanted(r *http.Request) (wanted, error) {
	query := r.URL.Query()
	text := query.Get("search")
	asked := wanted{search: redact.Escape(strings.TrimSpace(text)), page: 1} // as what is shown is escaped
	if !query.Has("search") && !query.Has("page") && !query.Has("store") {
		return asked, nil
	}
	if len(text) > longestSearch {
		return asked, fmt.Errorf("the text to search for has more than %d bytes", longestSearch)
	}
	if text := query.Get("page"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 {
			return asked, errors.New("the page must be a number from 1")
		}
		asked.page = n
	}
	var err error
	asked.store, err = h.named(query.Get("store"))
	return asked, err
}

// newListing returns the part of a store's settings that is asked for, and the first page
// of those of other stores. A page behind the last is the last.
func newListing(v view, asked wanted) listing {
	l := listing{Number: 1, All: len(v.settings), store: v.name, id: v.id}
	if v.namedStore == asked.store {
		l.Search, l.Number = asked.search, asked.page
	}
	search := strings.ToLower(l.Search)
	found := func(yield func(config.Setting)) {
		for _, s := range v.settings {
			if matches(s, search) {
				yield(s)
			}
		}
	}
	found(func(config.Setting) { l.Found++ })
	l.Number = min(l.Number, l.Pages())
	first, n := (l.Number-1)*mostSettings, 0
	found(func(s config.Setting) {
		if n >= first && n < first+mostSettings {
			l.Settings = append(l.Settings, s)
		}
		n++
	})
	l.First, l.Last = min(first+1, l.Found), first+len(l.Settings)
	return l
}

// matches reports whether the page shows a lower-case text in the key or value of a setting.
func matches(s config.Setting, lower string) bool {
	return lower == "" || strings.Contains(strings.ToLower(redact.Escape(s.Key)), lower) ||
		strings.Contains(strings.ToLower(newShown(s.Value).Text), lower)
}

// Pages returns how many pages there are.
func (l listing) Pages() int { return max(1, (l.Found+mostSettings-1)/mostSettings) }

// IsPart reports whether there is more than what is shown.
func (l listing) IsPart() bool { return l.All > mostSettings || l.Search != "" }

// Anchor leads to the settings.
func (l listing) Anchor() string { return "#" + l.id + "-settings" }

// Before and After lead to the page before and behind, or are "".
func (l listing) Before() string { return l.page(l.Number - 1) }
func (l listing) After() string  { return l.page(l.Number + 1) }

func (l listing) page(n int) string {
	if n < 1 || n > l.Pages() {
		return ""
	}
	query := url.Values{"store": {l.store}, "page": {strconv.Itoa(n)}}
	if l.Search != "" {
		query.Set("search", l.Search)
	}
	return "?" + query.Encode() + l.Anchor()
}
