//go:build apiserver

package kubelet

import (
	"bytes"
	"crypto/tls"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	k8syaml "sigs.k8s.io/yaml"

	"example.com/lastgood/config/confighttp"
	"example.com/lastgood/internal/testkit"
)

var update = flag.Bool("update", false, "rewrite the documents in testdata/admission")

// webhook is an admission webhook of a cluster, that of the example with another type and
// Secrets, too. It records what the API server sends.
type webhook struct {
	*cluster
	server *httptest.Server

	mu   sync.Mutex
	sent [][]byte
}

const hooks = "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations"

// newWebhook registers a webhook, and returns when the API server asks it. The service account
// may write what it is asked about.
func newWebhook(t *testing.T, c *cluster) *webhook {
	t.Helper()
	text := strings.ReplaceAll(testkit.Read(t, "../../example/k8s/admission/webhook.yaml"), "default", "prod") // the namespace, as the comment there has it
	var hook admissionregistrationv1.ValidatingWebhookConfiguration
	testkit.Must(t, k8syaml.UnmarshalStrict([]byte(text), &hook))
	of := &hook.Webhooks[0]
	of.Rules[0].Resources = append(of.Rules[0].Resources, "secrets")

	w := &webhook{cluster: c}
	h := confighttp.Admission[shop](chooseShop)
	mux := http.NewServeMux()
	mux.HandleFunc(*of.ClientConfig.Service.Path, func(rw http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil || r.URL.Query().Get("timeout") != fmt.Sprintf("%ds", *of.TimeoutSeconds) {
			t.Errorf("%s: %v", r.URL, err)
		}
		w.mu.Lock()
		w.sent = append(w.sent, body)
		w.mu.Unlock()
		r.Body = io.NopCloser(bytes.NewReader(body))
		h.ServeHTTP(rw, r)
	})
	w.server = httptest.NewUnstartedServer(mux)
	t.Cleanup(func() { w.server.Close() })
	cert, key := writeKeys(t, t.TempDir())
	pair, err := tls.LoadX509KeyPair(cert, key)
	testkit.Must(t, err)
	w.server.TLS, w.server.EnableHTTP2 = &tls.Config{Certificates: []tls.Certificate{pair}}, true
	w.server.StartTLS()
	url := w.server.URL + *of.ClientConfig.Service.Path
	of.ClientConfig = admissionregistrationv1.WebhookClientConfig{URL: &url, CABundle: []byte(testkit.Read(t, cert))}
	c.must(t, http.MethodPost, hooks, hook)

	c.must(t, http.MethodPost, rbac+"/roles", map[string]any{"metadata": map[string]any{"name": "deployer"},
		"rules": []any{map[string]any{"apiGroups": []string{""}, "resources": []string{"configmaps", "secrets"}, "verbs": []string{"*"}}}})
	c.bind(t, "deployer")
	testkit.Eventually(t, "the webhook", func() bool {
		code, _ := c.do(c.token(t), http.MethodPost, configMaps+"?dryRun=All", applied("ConfigMap", badShop))
		return code == http.StatusUnprocessableEntity
	})
	w.taken()
	return w
}

// taken returns the reviews since the last call.
func (w *webhook) taken() [][]byte {
	w.mu.Lock()
	defer w.mu.Unlock()
	sent := w.sent
	w.sent = nil
	return sent
}

const (
	fineShop = "server:\n  addr: :8080\ndb:\n  conns: 20\nupstreams:\n  - name: stock\n    url: http://stock.shop.svc:9000\n"
	badShop  = "server:\n  adr: :8080\ndb:\n  conns: 200\n  dsn: correct-horse-battery-staple-0815\nupstreams: []\n"
	oldShop  = "server:\n  address: :8080\nupstreams:\n  - name: stock\n"
)

// labelled returns a ConfigMap or Secret of this name and label.
func labelled(kind, name, label string, fields map[string]any) map[string]any {
	o := map[string]any{"apiVersion": "v1", "kind": kind,
		"metadata": map[string]any{"name": name, "namespace": "prod", "annotations": map[string]any{}, "labels": map[string]any{"app.kubernetes.io/name": label}}}
	for field, value := range fields {
		o[field] = value
	}
	return o
}

// applied returns an object as kubectl apply sends it.
func applied(kind, text string) map[string]any {
	o := labelled(kind, "shop", "example", map[string]any{"data": map[string]any{"config.yaml": text, "motd": "Welcome <all> & sundry\u2028"}})
	last, err := json.Marshal(o)
	if err != nil {
		panic(err)
	}
	o["metadata"].(map[string]any)["annotations"] = map[string]any{"kubectl.kubernetes.io/last-applied-configuration": string(last) + "\n"}
	return o
}

// Queries that kubectl adds.
const (
	byApply = "?fieldManager=kubectl-client-side-apply&fieldValidation=Strict"
	byEdit  = "?fieldManager=kubectl-edit&fieldValidation=Strict"
)

// What the API server makes of the handler, with what it sends. Each request is of the service
// account. The reviews of those with a document are the files of that name in
// testdata/admission, which -update writes: they are indented, uids, resource versions and
// generated names are numbered, and times are replaced.
func TestTheWebhookOfAnAPIServerKeepsABadChangeOut(t *testing.T) {
	w := newWebhook(t, newCluster(t, buildServers(t)))
	data := func(text string) map[string]any { return map[string]any{"data": map[string]any{"config.yaml": text}} }
	const merge, apply = "application/strategic-merge-patch+json", "application/apply-patch+yaml"
	denied := []string{`admission webhook "config.example.com" denied the request: config: load failed, 3 problems`,
		`config.yaml:2:3: server.adr: unknown key; did you mean "addr"? [unknown_key]`, "db.conns: must be 100 or less, got 200 [max]", "config.yaml:6:12: upstreams"}
	for _, step := range []struct {
		what, document      string
		method, path, media string
		body                any
		code                int
		message             []string // with which it is denied
		warning             string
		asks                bool
	}{
		{what: "a bad one is not created", document: "create-bad", method: http.MethodPost, path: configMaps + byApply, body: applied("ConfigMap", badShop), code: 422, message: denied, asks: true},
		{what: "nor as binaryData", document: "binary-bad", method: http.MethodPost, path: configMaps + byApply,
			body: labelled("ConfigMap", "shop", "example", map[string]any{"binaryData": map[string]any{"config.yaml": []byte(badShop)}}), code: 422, message: denied, asks: true},
		{what: "it was not created", method: http.MethodGet, path: configMaps + "/shop", code: 404},
		{what: "a good one is created", document: "create-good", method: http.MethodPost, path: configMaps + byApply, body: applied("ConfigMap", fineShop), code: 201, asks: true},
		{what: "a bad one is not patched, also by a dry run", document: "update-bad", method: http.MethodPatch, path: configMaps + "/shop" + byApply + "&dryRun=All", media: merge,
			body: applied("ConfigMap", badShop), code: 422, message: denied, asks: true},
		{what: "nor by server-side apply", document: "apply-bad", method: http.MethodPatch, path: configMaps + "/shop?fieldManager=kubectl&fieldValidation=Strict&force=true", media: apply,
			body: labelled("ConfigMap", "shop", "example", data(badShop)), code: 422, message: denied, asks: true},
		{what: "nor updated", method: http.MethodPut, path: configMaps + "/shop", body: labelled("ConfigMap", "shop", "example", data(badShop)), code: 422, message: denied, asks: true},
		{what: "nor with the label taken away", method: http.MethodPut, path: configMaps + "/shop", body: labelled("ConfigMap", "shop", "other", data(badShop)), code: 422, message: denied, asks: true},
		{what: "a dry run writes nothing", method: http.MethodPut, path: configMaps + "/shop?dryRun=All", body: labelled("ConfigMap", "shop", "example", data(oldShop)), code: 200,
			warning: `299 - "config.yaml:2:3: server.address: warning: it is deprecated; use addr [deprecated]"`, asks: true},
		{what: "a good one with a warning is updated", method: http.MethodPatch, path: configMaps + "/shop", media: "application/merge-patch+json", body: data(oldShop), code: 200,
			warning: `299 - "config.yaml:2:3: server.address: warning: it is deprecated; use addr [deprecated]"`, asks: true},
		{what: "a name that is not chosen is allowed", method: http.MethodPost, path: configMaps, body: labelled("ConfigMap", "other", "example", data(badShop)), code: 201, asks: true},
		{what: "one without the label is not asked for", method: http.MethodPost, path: configMaps, body: labelled("ConfigMap", "unrelated", "other", data(badShop)), code: 201},
		{what: "the name can be the API server's", document: "create-generated", method: http.MethodPost, path: configMaps,
			body: map[string]any{"metadata": map[string]any{"generateName": "shop-", "labels": map[string]any{"app.kubernetes.io/name": "example"}}}, code: 201, asks: true},
		{what: "a failure of the handler's own denies", method: http.MethodPost, path: configMaps, body: labelled("ConfigMap", "panics", "example", data(fineShop)), code: 500,
			message: []string{"the webhook cannot validate this: the function of Admission panicked"}, asks: true},
		{what: "a good Secret is created", method: http.MethodPost, path: secrets, body: labelled("Secret", "shop", "example", map[string]any{"stringData": map[string]any{"config.yaml": fineShop}}), code: 201, asks: true},
		{what: "a bad Secret is not patched", document: "secret-bad", method: http.MethodPatch, path: secrets + "/shop" + byEdit, media: merge,
			body: map[string]any{"stringData": map[string]any{"config.yaml": badShop}}, code: 422, message: []string{"config: load failed, 3 problems", "unknown key", "db.conns: must be 100 or less"}, asks: true},
		{what: "a delete is not asked for", method: http.MethodDelete, path: secrets + "/shop", code: 200},
	} {
		t.Run(step.what, func(t *testing.T) {
			got := w.ask(t, step.method, step.path, step.media, step.body)
			var status struct{ Message string }
			if err := json.Unmarshal(got.body, &status); err != nil || got.code != step.code {
				t.Errorf("%d %s: %v", got.code, got.body, err)
			}
			for _, text := range step.message {
				if !strings.Contains(status.Message, text) {
					t.Errorf("%q is not in %s", text, status.Message)
				}
			}
			if got.code >= 400 && bytes.Contains(got.body, []byte("correct-horse")) {
				t.Errorf("what is secret is shown: %s", got.body)
			}
			if warning := strings.Join(got.header.Values("Warning"), ", "); warning != step.warning {
				t.Errorf("the warning is %q, want %q", warning, step.warning)
			}
			sent := w.taken()
			if want := map[bool]int{true: 1}[step.asks]; len(sent) != want {
				t.Fatalf("it is asked %d times, want %d: %s", len(sent), want, sent)
			}
			if step.document != "" {
				compare(t, step.document, sent[0])
			}
		})
	}
	t.Run("what is written is what was allowed last", func(t *testing.T) {
		var o struct{ Data map[string]string }
		if err := json.Unmarshal(w.must(t, http.MethodGet, configMaps+"/shop", nil), &o); err != nil || o.Data["config.yaml"] != oldShop {
			t.Errorf("%q: %v", o.Data, err)
		}
	})
	t.Run("another namespace is not asked for", func(t *testing.T) {
		const others = "/api/v1/namespaces/default/configmaps"
		o := labelled("ConfigMap", "shop", "example", data(badShop))
		o["metadata"].(map[string]any)["namespace"] = "default"
		if w.must(t, http.MethodPost, others, o); len(w.taken()) != 0 {
			t.Error("it is")
		}
	})
	t.Run("a delete is allowed where the manifest asks for it", func(t *testing.T) {
		operations := []byte(`[{"op": "replace", "path": "/webhooks/0/rules/0/operations", "value": ["*"]}]`)
		if got := w.send("admin", http.MethodPatch, hooks+"/example", "application/json-patch+json", operations); got.code != http.StatusOK {
			t.Fatalf("%d %s", got.code, got.body)
		}
		testkit.Eventually(t, "a review", func() bool {
			w.must(t, http.MethodDelete, configMaps+"/shop?dryRun=All", nil)
			return len(w.taken()) > 0
		})
		got := w.ask(t, http.MethodDelete, configMaps+"/shop", "", map[string]any{"kind": "DeleteOptions", "apiVersion": "v1", "propagationPolicy": "Background"})
		sent := w.taken()
		if got.code != http.StatusOK || len(sent) != 1 {
			t.Fatalf("%d %s; %q", got.code, got.body, sent)
		}
		compare(t, "delete", sent[0])
	})
	t.Run("a webhook that is away stops nobody", func(t *testing.T) {
		w.server.Close()
		if got := w.ask(t, http.MethodPost, configMaps, "", applied("ConfigMap", badShop)); got.code != http.StatusCreated {
			t.Errorf("%d %s", got.code, got.body)
		}
	})
}

// ask sends JSON as the service account.
func (w *webhook) ask(t *testing.T, method, path, media string, body any) answer {
	t.Helper()
	if media == "" {
		media = "application/json"
	}
	var encoded []byte
	if body != nil {
		var err error
		encoded, err = json.Marshal(body)
		testkit.Must(t, err)
	}
	return w.send(w.token(t), method, path, media, encoded)
}

var (
	times   = regexp.MustCompile(`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ`)
	numbers = regexp.MustCompile(`[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|"resourceVersion": "\d+"|"shop-[0-9a-z]{5}"`)
)

// compare compares a review with the document of that name.
func compare(t *testing.T, name string, review []byte) {
	t.Helper()
	var indented bytes.Buffer
	testkit.Must(t, json.Indent(&indented, review, "", "  "))
	var seen []string
	text := times.ReplaceAllString(indented.String(), "2026-11-27T01:02:03Z")
	text = numbers.ReplaceAllStringFunc(text, func(of string) string {
		if !slices.Contains(seen, of) {
			seen = append(seen, of)
		}
		n := slices.Index(seen, of) + 1
		switch {
		case strings.HasPrefix(of, `"resourceVersion`):
			return fmt.Sprintf(`"resourceVersion": "%d"`, n)
		case strings.HasPrefix(of, `"shop-`):
			return fmt.Sprintf(`"shop-%05d"`, n)
		}
		return fmt.Sprintf("00000000-0000-4000-8000-%012d", n)
	})
	path := filepath.Join("..", "..", "testdata", "admission", name+".json")
	if *update {
		testkit.Write(t, path, text)
	}
	if want := testkit.Read(t, path); text != want {
		t.Errorf("%s is not what the API server sends, which -update writes:\n%s", path, text)
	}
}
