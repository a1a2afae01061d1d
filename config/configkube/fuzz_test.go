package configkube_test

import (
	"encoding/base64"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"strings"
	"testing"

	"example.com/lastgood/config"
	"example.com/lastgood/config/configkube"
)

// always returns a client that gets the same answer to each request.
func always(code int, body string) configkube.Option {
	return configkube.Client(&http.Client{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: code, Header: http.Header{"Retry-After": {"x"}, "Location": {body}}, Body: io.NopCloser(strings.NewReader(body)), Request: r}, nil
	})})
}

// For any answer, Read ends with content, or with an error that shows nothing of the data.
func FuzzRead(f *testing.F) {
	const canary = "c4n4ry-value"
	encoded := base64.StdEncoding.EncodeToString([]byte(canary))
	f.Add(200, `{"kind":"SecretList","metadata":{"resourceVersion":"7"},"items":[{"metadata":{"name":"app","namespace":"prod"},"data":{"a":"`+encoded+`"}}]}`)
	f.Add(200, `{"kind":"SecretList","items":[{"metadata":{"name":"app","namespace":"prod"},"data":{"a":"`+canary+`"}}]}`)
	f.Add(200, `{"kind":"SecretList","items":[{"metadata":{"name":"app","namespace":"prod"},"data":{"a":["`+canary+`"]}}]}`)
	f.Add(200, `{"kind":"SecretList","metadata":{"resourceVersion":"7"},"items":[]}`)
	f.Add(403, `{"kind":"Status","message":"User \"x\" cannot list resource","code":403}`)
	f.Add(302, "https://u:p@h/"+canary)
	f.Add(503, "\x00")
	f.Fuzz(func(t *testing.T, code int, body string) {
		s := configkube.Secret("prod", "app", configkube.BaseURL("http://localhost"), always(code, body))
		r, err := s.Read(t.Context())
		if err != nil && code == 200 && strings.Contains(err.Error(), canary) {
			t.Error(err)
		}
		if err != nil && errors.Is(err, fs.ErrNotExist) && code != 200 {
			t.Errorf("status %d counts as missing: %v", code, err)
		}
		if err != nil && len(r.Documents)+len(r.Values) > 0 {
			t.Errorf("%+v beside %v", r, err)
		}
		for _, d := range r.Documents {
			if !d.Secret {
				t.Errorf("%q is not secret", d.Name)
			}
		}
		known := new(config.SourceError)
		if errors.As(err, &known) && known.Content && len(body) <= 10<<20 {
			t.Errorf("it is refused: %v", err)
		}
	})
}

// For any body, Watch ends.
func FuzzWatch(f *testing.F) {
	f.Add("7", `{"type":"ADDED","object":{"metadata":{"name":"app"}}}`+"\n"+`{"type":"BOOKMARK","object":{}}`)
	f.Add("7", `{"type":"ERROR","object":{"kind":"Status","code":410,"message":"too old resource version"}}`)
	f.Add("", `{"type":"MODIFIED","obj`)
	f.Add("", `[]`)
	f.Fuzz(func(t *testing.T, since, body string) {
		s := configkube.ConfigMap("prod", "app", configkube.BaseURL("http://localhost"), always(200, body))
		hints := 0
		err := s.Watch(t.Context(), since, func() { hints++ })
		if since == "" && hints == 0 {
			t.Errorf("no hint without a revision: %v", err)
		}
	})
}
