package confighttp

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"example.com/lastgood/config"
	"example.com/lastgood/internal/redact"
)

// maxFormBytes bounds a form, which has the name of a store.
const maxFormBytes = 64 << 10

// reload reloads the store that a form names.
func (h *handler) reload(w http.ResponseWriter, r *http.Request, json bool) {
	if !h.isKnownHost(r) {
		refuseHost(w, r, json)
		return
	}
	if err := h.crossOrigin.Check(r); err != nil {
		refuse(w, r, json, http.StatusForbidden, err.Error())
		return
	}
	store, err := h.storeOfForm(w, r)
	if err != nil {
		refuse(w, r, json, http.StatusBadRequest, err.Error())
		return
	}
	err = store.Reload(r.Context())
	_, rejected := errors.AsType[*config.Error](err)
	switch {
	case err != nil && !rejected:
		w.Header().Set("Retry-After", "1")
		refuse(w, r, json, http.StatusServiceUnavailable, err.Error())
	case !json:
		w.Header().Set("Location", "./#"+store.id) // http.Redirect would lose the prefix
		w.WriteHeader(http.StatusSeeOther)
	case rejected:
		h.answer(w, r, json, http.StatusUnprocessableEntity, store.writeJSON)
	default:
		h.answer(w, r, json, http.StatusOK, store.writeJSON)
	}
}

// storeOfForm returns the store that a form names.
func (h *handler) storeOfForm(w http.ResponseWriter, r *http.Request) (*namedStore, error) {
	r.Body = http.MaxBytesReader(w, r.Body, maxFormBytes)
	err := r.ParseForm()
	if err == nil {
		err = r.ParseMultipartForm(maxFormBytes)
	}
	if err != nil && !errors.Is(err, http.ErrNotMultipart) {
		return nil, fmt.Errorf("the form cannot be read: %w", err)
	}
	return h.storeNamed(r.Form.Get("name"))
}

// storeNamed returns the store of that name. If there is only one, the name can be empty.
func (h *handler) storeNamed(name string) (*namedStore, error) {
	if name == "" && len(h.stores) == 1 {
		return h.stores[0], nil
	}
	if store := h.find(redact.Escape(name)); store != nil {
		return store, nil
	}
	names := make([]string, len(h.stores))
	for i, s := range h.stores {
		names[i] = s.name
	}
	return nil, fmt.Errorf("there is no store named %q; the name is one of: %s", name, strings.Join(names, ", "))
}
