package confighttp

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"example.com/lastgood/internal/redact"
)

// The fields of an AdmissionReview, and of a ConfigMap or Secret, that are used here. See the
// packages k8s.io/api/admission/v1 and k8s.io/api/core/v1 for the others.
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

// parseReview returns the request of an AdmissionReview.
func parseReview(body []byte) (*reviewRequest, error) {
	var v review
	if err := json.Unmarshal(body, &v); err != nil {
		return nil, errors.New("the body is no AdmissionReview: " + redact.Cut(err.Error(), 200))
	}
	switch {
	case v.APIVersion != reviewVersion || v.Kind != reviewKind:
		return nil, fmt.Errorf("the body is no AdmissionReview of %s", reviewVersion)
	case v.Request == nil || v.Request.UID == "":
		return nil, errors.New("the AdmissionReview has no request with a uid")
	}
	return v.Request, nil
}

// writeReview writes the answer to the API server.
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

// parseObject parses a ConfigMap or Secret.
func parseObject(data []byte) (*dataObject, error) {
	var o dataObject
	if err := json.Unmarshal(data, &o); err != nil {
		return nil, errors.New("the object cannot be read: " + redact.Cut(redact.Escape(err.Error()), 200))
	}
	return &o, nil
}

// values returns the data of a ConfigMap or Secret by key.
func (o *dataObject) values(kind string) map[string]dataValue {
	all := make(map[string]dataValue, len(o.Data)+len(o.BinaryData)+len(o.StringData))
	for key, text := range o.Data {
		all[key] = dataValue{text, kind == "Secret"}
	}
	if kind == "Secret" {
		for key, text := range o.StringData { // it overrides data
			all[key] = dataValue{text, false}
		}
		return all
	}
	for key, text := range o.BinaryData {
		all[key] = dataValue{text, true}
	}
	return all
}

type dataValue struct {
	text     string
	isBase64 bool
}
