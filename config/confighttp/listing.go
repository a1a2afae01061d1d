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
	settingsPerPage = 200
	maxSearchBytes  = 1024
)

// listing is the part of a store's settings that the page shows.
type listing struct {
	Settings    []config.Setting
	Search      string // the text to search for, or ""
	Number      int    // of the page, from 1
	First, Last int    // of the settings that match, from 1
	Found, All  int    // number of settings

	store, id string
}

// listingQuery selects a page of the settings of one store.
type listingQuery struct {
	store  *namedStore // nil for the first page of all stores
	search string
	page   int
}

// listingQuery returns the query of a request: "store" names the store, "search" is a text in the
// key or value of settings, and "page" counts from 1.
func (h *handler) listingQuery(r *http.Request) (listingQuery, error) {
	query := r.URL.Query()
	text := query.Get("search")
	q := listingQuery{search: redact.Escape(strings.TrimSpace(text)), page: 1} // shown values are escaped, too
	if !query.Has("search") && !query.Has("page") && !query.Has("store") {
		return q, nil
	}
	if len(text) > maxSearchBytes {
		return q, fmt.Errorf("the text to search for has more than %d bytes", maxSearchBytes)
	}
	if text := query.Get("page"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 {
			return q, errors.New("the page must be a number from 1")
		}
		q.page = n
	}
	var err error
	q.store, err = h.storeNamed(query.Get("store"))
	return q, err
}

// newListing returns the page of a store's settings that q selects, or the first page if q is for
// another store. A page after the last is the last.
func newListing(v view, q listingQuery) listing {
	l := listing{Number: 1, All: len(v.settings), store: v.name, id: v.id}
	if v.namedStore == q.store {
		l.Search, l.Number = q.search, q.page
	}
	search := strings.ToLower(l.Search)
	matching := func(yield func(config.Setting)) {
		for _, s := range v.settings {
			if matches(s, search) {
				yield(s)
			}
		}
	}
	matching(func(config.Setting) { l.Found++ })
	l.Number = min(l.Number, l.Pages())
	first, n := (l.Number-1)*settingsPerPage, 0
	matching(func(s config.Setting) {
		if n >= first && n < first+settingsPerPage {
			l.Settings = append(l.Settings, s)
		}
		n++
	})
	l.First, l.Last = min(first+1, l.Found), first+len(l.Settings)
	return l
}

// matches reports whether the shown key or value of a setting contains a lower-case text.
func matches(s config.Setting, lower string) bool {
	return lower == "" || strings.Contains(strings.ToLower(redact.Escape(s.Key)), lower) ||
		strings.Contains(strings.ToLower(newShownValue(s.Value).Text), lower)
}

// Pages returns the number of pages, at least one.
func (l listing) Pages() int { return max(1, (l.Found+settingsPerPage-1)/settingsPerPage) }

// IsPart reports whether the store can have more settings than are shown.
func (l listing) IsPart() bool { return l.All > settingsPerPage || l.Search != "" }

// Anchor returns the link to the settings.
func (l listing) Anchor() string { return "#" + l.id + "-settings" }

// Before and After return the links to the previous and the next page, or "".
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
