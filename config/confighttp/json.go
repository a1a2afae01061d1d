package confighttp

import (
	"bytes"
	"encoding/json"
	"net/http"

	"example.com/lastgood/config"
	"example.com/lastgood/internal/redact"
)

// documents are all views as JSON.
type documents struct {
	Stores []document `json:"stores"`
}

func newDocuments(views []view, only part) documents {
	d := documents{make([]document, len(views))}
	for i, v := range views {
		d.Stores[i] = v.document()
		if st := &d.Stores[i].Status; only == onlySummary {
			st.Err, st.Digests.Files, st.Pending, st.Watch, st.Hook = nil, nil, nil, nil, nil
		}
	}
	return d
}

// part is how much of a view is asked for, by the query "only".
type part string

const (
	all         part = ""
	onlyStatus  part = "status"
	onlySummary part = "summary" // of the status what is always short
)

// partOf returns the part that a request asks for. It is not ok if there is no such part.
func partOf(r *http.Request) (p part, ok bool) {
	p = part(r.URL.Query().Get("only"))
	return p, p == all || p == onlyStatus || p == onlySummary
}

// document is a view as JSON.
type document struct {
	Name     string           `json:"name"`
	State    state            `json:"state"`
	Summary  string           `json:"summary"`
	Healthy  bool             `json:"healthy"`
	Status   config.Status    `json:"status"`
	Settings []config.Setting `json:"settings,omitzero"`
	History  []config.Version `json:"history,omitzero"`
}

// document returns the view as JSON has it.
func (v view) document() document {
	return document{Name: v.name, State: v.state(), Summary: v.summary(), Healthy: v.status.Health() == nil,
		Status: v.status, Settings: v.settings, History: v.history}
}

func writeJSON(w http.ResponseWriter, r *http.Request, status int, v any) {
	var body bytes.Buffer
	e := json.NewEncoder(&body)
	e.SetIndent("", "  ")
	if err := e.Encode(v); err != nil {
		http.Error(w, "the answer cannot be encoded: "+err.Error(), http.StatusInternalServerError)
		return
	}
	write(w, r, status, "application/json", redact.JSON(body.Bytes()))
}
