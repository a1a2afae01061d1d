package kubelet_test

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"testing"

	admissionv1 "k8s.io/api/admission/v1"
	"sigs.k8s.io/yaml"

	"example.com/lastgood/config/confighttp"
	"example.com/lastgood/internal/testkit"
)

// The documents in the tests of package confighttp, and its answers, have only fields of the API server's own
// types.
func TestReviewsAndAnswersAreOfTheAPIServersType(t *testing.T) {
	t.Parallel()
	type shop struct {
		Server struct{ Addr string }
		DB     struct {
			DSN   string `secret:"true"`
			Conns int    `validate:"max=100"`
		}
		Upstreams []struct{ Name, URL string } `validate:"min=1"`
	}
	h := confighttp.Admission[shop](func(_, namespace, name string) ([]string, bool) {
		return []string{"config.yaml"}, namespace == "prod" && name == "shop"
	})
	documents, err := filepath.Glob("../../testdata/admission/*.json")
	if err != nil || len(documents) < 6 {
		t.Fatalf("%d documents: %v", len(documents), err)
	}
	for _, path := range documents {
		body := []byte(testkit.Read(t, path))
		var sent, answered admissionv1.AdmissionReview
		if err := yaml.UnmarshalStrict(body, &sent); err != nil {
			t.Errorf("%s: %v", path, err)
			continue
		}
		r := httptest.NewRequest(http.MethodPost, "/", bytes.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if err := yaml.UnmarshalStrict(w.Body.Bytes(), &answered); err != nil || w.Code != http.StatusOK {
			t.Errorf("%s: %d %s: %v", path, w.Code, w.Body, err)
			continue
		}
		name := filepath.Base(path)
		denied := name != "create-good.json" && name != "delete.json"
		answer := answered.Response
		if answered.TypeMeta != sent.TypeMeta || answer.UID != sent.Request.UID || answer.Allowed == denied {
			t.Errorf("%s: %s", name, w.Body)
		}
		if denied && (answer.Result.Status != "Failure" || answer.Result.Message == "") {
			t.Errorf("%s: %+v", name, answer.Result)
		}
	}
}
