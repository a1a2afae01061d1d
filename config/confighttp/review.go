package confighttp

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"example.com/lastgood/internal/redact"
)

// The parts of an AdmissionReview, and of a ConfigMap or Secret, that count here. See the
// packages k8s.io/api/admission/v1 and k8s.io/api/core/v1 for the rest.
type (
	review struct {
		APIVersion string          `json:"apiVersion"`
		Kind       string          `json:"kind"`
		Request    *reviewRequest  `json:"request,omitempty"`
		Response   *reviewResponse `json:"response,omitempty"`
	}
	reviewRequest struct {
		UID         string          `json:"uid"`
		Kind        objectKind      `json:"kind"`
		SubResource string          `json:"subResource"`
		Name        string          `json:"name"`
		Namespace   string          `json:"namespace"`
		Operation   string          `json:"operation"`
		Object      json.RawMessage `json:"object"`
		DryRun      bool            `json:"dryRun"`
	}
	objectKind struct {
		Group   string `json:"group"`
		Version string `json:"version"`
		Kind    string `json:"kind"`
	}
	reviewResponse struct {
		UID      string        `json:"uid"`
		Allowed  bool          `json:"allowed"`
		Status   *reviewStatus `json:"status,omitempty"`
		Warnings []string      `json:"warnings,omitempty"`
	}
	reviewStatus struct {
		Status  string `json:"status"`
		Message string `json:"message"`
		Reason  string `json:"reason"`
		Code    int    `json:"code"`
	}
	dataObject struct {
		Data       map[string]string `json:"data"`
		BinaryData map[string]string `json:"binaryData"` // of a ConfigMap, base64
		StringData map[string]string `json:"stringData"` // of a Secret, whose data is base64
	}
)

const (
	reviewVersion = "admission.k8s.io/v1"
	reviewKind    = "AdmissionReview"
)

// readReview reads what the API server sends, or returns the status to refuse it with.
func readReview(w http.ResponseWriter, r *http.Request) (q *reviewRequest, status int, err error) {
	var body bytes.Buffer
	if r.ContentLength > 0 {
		body.Grow(int(min(r.ContentLength, mostReview)) + bytes.MinRead)
	}
	if _, err := body.ReadFrom(http.MaxBytesReader(w, r.Body, mostReview)); err != nil {
		if _, large := errors.AsType[*http.MaxBytesError](err); large {
			return nil, http.StatusRequestEntityTooLarge, fmt.Errorf("the body has more than %d bytes", mostReview)
		}
		return nil, http.StatusBadRequest, fmt.Errorf("the body cannot be read: %w", err)
	}
	var v review
	if err := json.Unmarshal(body.Bytes(), &v); err != nil {
		return nil, http.StatusBadRequest, errors.New("the body is no AdmissionReview: " + redact.Cut(err.Error(), 200))
	}
	switch {
	case v.APIVersion != reviewVersion || v.Kind != reviewKind:
		return nil, http.StatusBadRequest, fmt.Errorf("the body is no AdmissionReview of %s", reviewVersion)
	case v.Request == nil || v.Request.UID == "":
		return nil, http.StatusBadRequest, errors.New("the AdmissionReview has no request with a uid")
	}
	return v.Request, 0, nil
}

// writeReview answers the API server.
func writeReview(w http.ResponseWriter, r *http.Request, response reviewResponse) {
	var body bytes.Buffer
	e := json.NewEncoder(&body)
	e.SetEscapeHTML(false)
	if err := e.Encode(review{APIVersion: reviewVersion, Kind: reviewKind, Response: &response}); err != nil {
		refuse(w, r, false, http.StatusInternalServerError, "the answer cannot be encoded: "+err.Error())
		return
	}
	write(w, r, http.StatusOK, "application/json", redact.JSON(body.Bytes()))
}

// readObject reads a ConfigMap or Secret.
func readObject(data []byte) (*dataObject, error) {
	var o dataObject
	if err := json.Unmarshal(data, &o); err != nil {
		return nil, errors.New("the object cannot be read: " + redact.Cut(redact.Escape(err.Error()), 200))
	}
	return &o, nil
}

// files returns the data of a ConfigMap or Secret by key.
func (o *dataObject) files(kind string) map[string]file {
	all := make(map[string]file, len(o.Data)+len(o.BinaryData)+len(o.StringData))
	for key, text := range o.Data {
		all[key] = file{text, kind == "Secret"}
	}
	if kind == "Secret" {
		for key, text := range o.StringData { // it wins over data
			all[key] = file{text, false}
		}
		return all
	}
	for key, text := range o.BinaryData {
		all[key] = file{text, true}
	}
	return all
}

// file is the value of a key.
type file struct {
	text     string
	isBase64 bool
}
