package confighttp

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"example.com/lastgood/internal/redact"
)

// Handler returns the handler of the page and the JSON of the stores given by [Named]. It is safe
// for concurrent use. Mount it at a path that ends in a slash, by [net/http.StripPrefix]; all its
// links are relative. Handler panics if an option is nil or wrong.
func Handler(opts ...Option) http.Handler {
	h := &handler{now: time.Now, crossOrigin: http.NewCrossOriginProtection(), answers: newAnswers()}
	for i, opt := range opts {
		if opt == nil {
			panic(fmt.Sprintf("confighttp: Handler: option %d is nil", i+1))
		}
		opt.apply(h)
	}
	return h
}

type handler struct {
	stores      []*namedStore
	reloads     bool
	crossOrigin *http.CrossOriginProtection
	hosts       []string // see WithHosts
	onlyHosts   bool     // they apply to every request, and not to reloads alone
	now         func() time.Time
	answers     answers
}

// find returns the store of that name, or nil.
func (h *handler) find(name string) *namedStore {
	for _, s := range h.stores {
		if s.name == name {
			return s
		}
	}
	return nil
}

// ServeHTTP does its own routing, because a mux would redirect to paths without the prefix.
func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	protect(w.Header())
	json, ok := wantsJSON(r)
	if !ok {
		refuse(w, r, json, http.StatusBadRequest, "the format is html or json")
		return
	}
	if h.onlyHosts && !h.isKnownHost(r) {
		refuseHost(w, r, json)
		return
	}
	switch strings.TrimPrefix(r.URL.Path, "/") {
	case "":
		if allowed(w, r, json, http.MethodGet, http.MethodHead) {
			h.show(w, r, json)
		}
		return
	case "reload":
		if h.reloads {
			if allowed(w, r, json, http.MethodPost) {
				h.reload(w, r, json)
			}
			return
		}
	}
	refuse(w, r, json, http.StatusNotFound, "there is no such page")
}

// protect sets the security headers of an answer.
func protect(header http.Header) {
	header.Set("Content-Security-Policy", "default-src 'none'; style-src '"+styleHash+"'; img-src data:; "+
		"form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Referrer-Policy", "same-origin") // with no-referrer, browsers would not send the origin of a form either
	header.Set("Cross-Origin-Resource-Policy", "same-origin")
	header.Set("Cache-Control", "no-store")
	header.Set("Vary", "Accept")
}

// allowed reports whether a request has one of the methods, and otherwise refuses it.
func allowed(w http.ResponseWriter, r *http.Request, json bool, methods ...string) bool {
	for _, m := range methods {
		if r.Method == m {
			return true
		}
	}
	allow := strings.Join(methods, ", ")
	w.Header().Set("Allow", allow)
	refuse(w, r, json, http.StatusMethodNotAllowed, "the methods for this are: "+allow)
	return false
}

// refuse sends an error as the answer.
func refuse(w http.ResponseWriter, r *http.Request, json bool, status int, message string) {
	if json {
		writeJSON(w, r, status, map[string]string{"error": message})
		return
	}
	write(w, r, status, "text/plain; charset=utf-8", []byte(redact.Escape(message)+"\n"))
}

// write sends a whole answer.
func write(w http.ResponseWriter, r *http.Request, status int, contentType string, body []byte) {
	w.Header().Set("Content-Type", contentType)
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(body) // fails only if the client has gone
	}
}
