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

func newDocuments(views []view) documents {
	d := documents{make([]document, len(views))}
	for i, v := range views {
		d.Stores[i] = v.document()
	}
	return d
}

// document is a view as JSON.
type document struct {
	Name     string           `json:"name"`
	State    state            `json:"state"`
	Summary  string           `json:"summary"`
	Status   status           `json:"status"`
	Settings []config.Setting `json:"settings"`
	History  []version        `json:"history"`
}

// status and version have the short digest for the long one, whose field they hide.
type status struct {
	config.Status
	Digest string `json:"digest"`
}

type version struct {
	config.Version
	Digest string `json:"digest"`
}

// shortDigest is how much of a digest is shown, as in the log: enough to compare
// processes by, and to find a weak secret by: see [config.Digest].
func shortDigest(d config.Digest) string { return d.String()[:12] }

// document returns the view as JSON has it.
func (v view) document() document {
	d := document{
		Name: v.name, State: v.state(), Summary: v.summary(),
		Status:   status{v.status, shortDigest(v.status.Digest)},
		Settings: v.settings,
		History:  make([]version, len(v.history)),
	}
	for i, h := range v.history {
		d.History[i] = version{h, shortDigest(h.Digest)}
	}
	return d
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
