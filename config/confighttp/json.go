package confighttp

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"

	"example.com/lastgood/config"
	"example.com/lastgood/internal/redact"
)

// part is a part of a view, the value of the query "only".
type part string

const (
	all         part = ""
	onlyStatus  part = "status"
	onlySummary part = "summary" // the status without what can be long
)

// partOf returns the part that a request is for; ok is false if there is no such part.
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
	Status   config.Status    `json:"-"` // it and the following are written piece by piece
	Settings []config.Setting `json:"-"`
	History  []config.Version `json:"-"`
}

// document returns the view as it is encoded.
func (v view) document() document {
	return document{Name: v.name, State: v.state(), Summary: v.summary(), Healthy: v.status.Health() == nil,
		Status: v.status, Settings: v.settings, History: v.history}
}

// writeJSON writes a part of all stores as JSON.
func (h *handler) writeJSON(w io.Writer, only part) error {
	j := newJSONWriter(w)
	j.text("{\n  \"stores\": ")
	list(j, h.stores, "  ", func(s *namedStore, indent string) {
		d := s.view(only).document()
		if st := &d.Status; only == onlySummary {
			st.Err, st.Digests.Files, st.Pending, st.Watch, st.Hook = nil, nil, nil, nil, nil
		}
		j.document(d, indent)
	})
	j.text("\n}\n")
	return j.err
}

// writeJSON writes the store as it is in the list of all.
func (s *namedStore) writeJSON(w io.Writer) error {
	j := newJSONWriter(w)
	j.document(s.view(all).document(), "")
	j.text("\n")
	return j.err
}

// jsonWriter writes JSON. Of a list, it buffers one item at a time.
type jsonWriter struct {
	w   io.Writer
	err error // the first, after which nothing is written

	encoded bytes.Buffer
	encoder *json.Encoder // into encoded
}

func newJSONWriter(w io.Writer) *jsonWriter {
	j := &jsonWriter{w: w}
	j.encoder = json.NewEncoder(&j.encoded)
	return j
}

func (j *jsonWriter) text(s string) {
	if j.err == nil {
		_, j.err = io.WriteString(j.w, s)
	}
}

// value writes a value whose further lines are indented, without the suffix cut.
func (j *jsonWriter) value(v any, indent, cut string) {
	if j.err != nil {
		return
	}
	j.encoded.Reset()
	j.encoder.SetIndent(indent, "  ")
	if j.err = j.encoder.Encode(v); j.err == nil {
		_, j.err = j.w.Write(bytes.TrimSuffix(redact.JSON(j.encoded.Bytes()), []byte(cut+"\n")))
	}
}

// object writes an object with its fields, followed by the fields that more writes.
func (j *jsonWriter) object(v any, indent string, more func(indent string)) {
	end := "\n" + indent + "}"
	j.value(v, indent, end)
	more(indent + "  ")
	j.text(end)
}

// field begins one more field of an object.
func (j *jsonWriter) field(name, indent string) { j.text(",\n" + indent + `"` + name + `": `) }

// list writes a list. item writes each of its items.
func list[T any](j *jsonWriter, items []T, indent string, item func(T, string)) {
	j.text("[")
	for i := range items {
		j.text([]string{"\n", ",\n"}[min(i, 1)] + indent + "  ")
		item(items[i], indent+"  ")
	}
	if len(items) > 0 {
		j.text("\n" + indent)
	}
	j.text("]")
}

// values writes one more field of an object, a list, unless it is nil.
func values[T any](j *jsonWriter, name string, items []T, indent string) {
	if items == nil {
		return
	}
	j.field(name, indent)
	list(j, items, indent, func(item T, indent string) { j.value(item, indent, "") })
}

func (j *jsonWriter) document(d document, indent string) {
	j.object(d, indent, func(indent string) {
		pending := d.Status.Pending
		d.Status.Pending = nil
		j.field("status", indent)
		j.object(d.Status, indent, func(indent string) { values(j, "pending", pending, indent) })
		values(j, "settings", d.Settings, indent)
		values(j, "history", d.History, indent)
	})
}

func writeJSON(w http.ResponseWriter, r *http.Request, status int, v any) {
	var body bytes.Buffer
	j := newJSONWriter(&body)
	j.value(v, "", "")
	j.text("\n")
	if j.err != nil {
		http.Error(w, "the answer cannot be encoded: "+j.err.Error(), http.StatusInternalServerError)
		return
	}
	write(w, r, status, "application/json", body.Bytes())
}
