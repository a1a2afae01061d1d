package kubelet

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	admissionv1 "k8s.io/api/admission/v1"
	k8syaml "sigs.k8s.io/yaml"

	"example.com/lastgood/config/confighttp"
	"example.com/lastgood/internal/testkit"
)

// shop is what the documents configure.
type shop struct {
	Server struct {
		Addr    string
		Address string `deprecated:"use addr"`
	}
	DB struct {
		DSN   string `secret:"true"`
		Conns int    `validate:"max=100"`
	}
	Upstreams []struct{ Name, URL string } `validate:"min=1"`
}

func chooseShop(_, namespace, name string) (keys []string, ok bool) {
	if name == "panics" {
		panic("no")
	}
	return []string{"config.yaml"}, namespace == "prod" && name == "shop"
}

// The documents by which package confighttp is tested are of the API server's own type, with
// no field that it does not have, and so are the answers. webhook_linux_test.go records them.
func TestReviewsAndAnswersAreOfTheAPIServersType(t *testing.T) {
	t.Parallel()
	h := confighttp.Admission[shop](chooseShop)
	documents, err := filepath.Glob("../../testdata/admission/*.json")
	if err != nil || len(documents) < 8 {
		t.Fatalf("%d documents: %v", len(documents), err)
	}
	for _, path := range documents {
		body := []byte(testkit.Read(t, path))
		var sent, answered admissionv1.AdmissionReview
		if err := k8syaml.UnmarshalStrict(body, &sent); err != nil {
			t.Errorf("%s: %v", path, err)
			continue
		}
		r := httptest.NewRequest(http.MethodPost, "/", bytes.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if err := k8syaml.UnmarshalStrict(w.Body.Bytes(), &answered); err != nil || w.Code != http.StatusOK {
			t.Errorf("%s: %d %s: %v", path, w.Code, w.Body, err)
			continue
		}
		name := filepath.Base(path)
		denied := strings.HasSuffix(name, "-bad.json")
		answer := answered.Response
		if answered.TypeMeta != sent.TypeMeta || answer.UID != sent.Request.UID || answer.Allowed == denied {
			t.Errorf("%s: %s", name, w.Body)
		}
		if denied && (answer.Result.Status != "Failure" || answer.Result.Message == "") {
			t.Errorf("%s: %+v", name, answer.Result)
		}
	}
}
