package confighttp_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"example.com/lastgood/config"
	"example.com/lastgood/config/confighttp"
	"example.com/lastgood/config/configtest"
	"example.com/lastgood/internal/testkit"
)

// web is the configuration in the objects of these tests.
type web struct {
	Server struct {
		Addr string `default:":8080" validate:"hostname_port"`
	}
	DB struct {
		DSN   config.Secret
		Conns int `default:"10" validate:"max=100"`
	}
	Upstreams []upstream `validate:"min=1"`
}

// chooseShop chooses the objects named shop of the namespace prod, as does the service.
func chooseShop(_, namespace, name string) (keys []string, ok bool) {
	return []string{"config.yaml"}, namespace == "prod" && name == "shop"
}

// sent returns a review that a kube-apiserver 1.36 has sent; a test of internal/kubelet writes
// them.
func sent(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "..", "testdata", "admission", name+".json"))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// reviewOf returns a review of an object with these fields.
func reviewOf(kind string, fields map[string]any) []byte {
	object := map[string]any{"apiVersion": "v1", "kind": kind, "metadata": map[string]any{"name": "shop", "namespace": "prod"}}
	for name, value := range fields {
		object[name] = value
	}
	data, err := json.Marshal(map[string]any{"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": map[string]any{
		"uid": "u-1", "kind": map[string]string{"version": "v1", "kind": kind}, "name": "shop", "namespace": "prod", "operation": "CREATE", "object": object}})
	if err != nil {
		panic(err)
	}
	return data
}

func configMap(text string) []byte {
	return reviewOf("ConfigMap", map[string]any{"data": map[string]string{"config.yaml": text}})
}

// answerJSON is the answer of the handler.
type answerJSON struct {
	APIVersion, Kind string
	Response         struct {
		UID      string
		Allowed  bool
		Warnings []string
		Status   struct {
			Status, Message, Reason string
			Code                    int
		}
	}
}

// review posts a body as the API server does, and returns the answer.
func review(t testing.TB, h http.Handler, body []byte) answerJSON {
	t.Helper()
	return reviewIn(t, h, body, "10s")
}

func reviewIn(t testing.TB, h http.Handler, body []byte, timeout string) answerJSON {
	t.Helper()
	w := postReviewIn(h, timeout, "application/json", bytes.NewReader(body))
	var v answerJSON
	if err := json.Unmarshal(w.Body.Bytes(), &v); err != nil || w.Code != http.StatusOK || v.Kind != "AdmissionReview" || v.APIVersion != "admission.k8s.io/v1" {
		t.Fatalf("%d %s: %v", w.Code, w.Body, err)
	}
	return v
}

func postReview(h http.Handler, contentType string, body io.Reader) *httptest.ResponseRecorder {
	return postReviewIn(h, "10s", contentType, body)
}

// postReviewIn posts with this timeout of the API server.
func postReviewIn(h http.Handler, timeout, contentType string, body io.Reader) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodPost, "/?timeout="+timeout, body)
	r.Header.Set("Content-Type", contentType)
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func denies(t *testing.T, h http.Handler, body []byte, want ...string) answerJSON {
	t.Helper()
	v := review(t, h, body)
	if s := v.Response.Status; v.Response.Allowed || s.Status != "Failure" || s.Code != 422 || s.Reason != "Invalid" {
		t.Errorf("it is not denied: %+v", v)
	}
	for _, text := range want {
		if !strings.Contains(v.Response.Status.Message, text) {
			t.Errorf("%q is not in\n%s", text, v.Response.Status.Message)
		}
	}
	return v
}

func allows(t *testing.T, h http.Handler, body []byte) answerJSON {
	t.Helper()
	v := review(t, h, body)
	if !v.Response.Allowed || v.Response.Status.Message != "" {
		t.Errorf("it is denied: %+v", v)
	}
	return v
}

func TestReviewsOfTheAPIServerAreAnswered(t *testing.T) {
	t.Parallel()
	h := confighttp.Admission[web](chooseShop)
	for name, want := range map[string]string{
		"create-good": "", "create-generated": "", "delete": "",
		"create-bad": `config.yaml:2:3: server.adr: unknown key; did you mean "addr"? [unknown_key]`,
		"apply-bad":  `config.yaml:6:12: upstreams`,
		"update-bad": `config.yaml:4:10: db.conns: must be 100 or less, got 200 [max]`,
		"binary-bad": `config.yaml:6:12: upstreams`,
		"secret-bad": `config: load failed, 3 problems`,
	} {
		body := sent(t, name)
		if want == "" {
			allows(t, h, body)
			continue
		}
		v := denies(t, h, body, want)
		if strings.Contains(v.Response.Status.Message, "correct-horse") {
			t.Errorf("%s: a secret is shown: %s", name, v.Response.Status.Message)
		}
		var q struct{ Request struct{ UID string } }
		if err := json.Unmarshal(body, &q); err != nil || v.Response.UID != q.Request.UID {
			t.Errorf("%s: the uid is %q", name, v.Response.UID)
		}
	}
}

func TestObjectsThatAreNotChosenAreAllowed(t *testing.T) {
	t.Parallel()
	bad := sent(t, "create-bad")
	h := confighttp.Admission[web](chooseShop)
	for what, change := range map[string][2]string{
		"another name": {`"name": "shop",
    "namespace": "prod",
    "operation"`, `"name": "other",
    "namespace": "prod",
    "operation"`},
		"another namespace": {`"namespace": "prod",
    "operation"`, `"namespace": "test",
    "operation"`},
		"another operation": {`"CREATE"`, `"CONNECT"`},
		"another kind": {`"kind": "ConfigMap"
    },
    "resource"`, `"kind": "Pod"
    },
    "resource"`},
		"a subresource":     {`"requestKind"`, `"subResource": "status", "requestKind"`},
		"another API group": {`"group": ""`, `"group": "example.com"`},
	} {
		body := bytes.Replace(bad, []byte(change[0]), []byte(change[1]), 1)
		if bytes.Equal(body, bad) {
			t.Fatalf("%s: nothing is changed", what)
		}
		t.Run(what, func(t *testing.T) { allows(t, h, body) })
	}
}

func TestTheNameMayBeGenerated(t *testing.T) {
	t.Parallel()
	allows(t, confighttp.Admission[web](func(_, _, name string) ([]string, bool) {
		if name != "shop-00002" {
			t.Errorf("the name is %q", name)
		}
		return nil, false
	}), sent(t, "create-generated"))
}

func TestSecretsAreDecodedAsByTheAPIServer(t *testing.T) {
	t.Parallel()
	h := confighttp.Admission[web](chooseShop)
	encoded := base64.StdEncoding.EncodeToString([]byte("upstreams: []\n"))
	const fine = "upstreams: [{name: a, url: 'http://a'}]\n"
	denies(t, h, reviewOf("Secret", map[string]any{"data": map[string]string{"config.yaml": encoded}}), "config.yaml:1:12: upstreams")
	denies(t, h, reviewOf("Secret", map[string]any{"stringData": map[string]string{"config.yaml": "upstreams: []\n"}}), "config.yaml:1:12: upstreams")
	allows(t, h, reviewOf("Secret", map[string]any{"data": map[string]string{"config.yaml": encoded}, "stringData": map[string]string{"config.yaml": fine}}))
	denies(t, h, reviewOf("Secret", map[string]any{"data": map[string]string{"config.yaml": "no base64!"}}), "config.yaml is not base64")
}

func TestNoValueOfASecretIsShown(t *testing.T) {
	t.Parallel()
	h := confighttp.Admission[web](chooseShop, confighttp.AdmissionChecks(), config.WithCheck(func(_ context.Context, _, new *web) error {
		return errors.New("no route to " + new.Server.Addr)
	}))
	for text, want := range map[string]string{
		"server: {addr: battery}\n": "server.addr: must be host:port",
		"db: {conns: battery}\n":    "db.conns: want an integer",
		"db: battery\n":             "db: want",
		"battery: 1\n":              "unknown key",
		"db: {battery: 1}\n":        "unknown key",
		"{battery\n":                "[syntax]",
		"upstreams: [{name: a, url: 'http://a'}]\nserver: {addr: 'battery:80'}\n": "no route to [redacted]",
	} {
		for field, value := range map[string]string{"data": base64.StdEncoding.EncodeToString([]byte(text)), "stringData": text} {
			v := denies(t, h, reviewOf("Secret", map[string]any{field: map[string]string{"config.yaml": value}}), want)
			if strings.Contains(v.Response.Status.Message, "battery") {
				t.Errorf("%q is shown: %s", text, v.Response.Status.Message)
			}
		}
	}
}

func TestProblemsOfTheWebhookItselfAreNotTheObjects(t *testing.T) {
	t.Parallel()
	h := confighttp.Admission[web](chooseShop, config.WithContent("own.yaml", []byte("db: {conns: 4711}\n")))
	v := review(t, h, configMap("upstreams: [{name: a, url: 'http://a'}]\n"))
	if s := v.Response.Status; v.Response.Allowed || s.Code != 500 || !strings.Contains(s.Message, "db.conns own.yaml:1:13 [max]") || strings.Contains(s.Message, "4711") {
		t.Errorf("%+v", v)
	}
	v = denies(t, h, configMap("sever: {}\n"), "sever: unknown key")
	if strings.Contains(v.Response.Status.Message, "own.yaml") {
		t.Errorf("%s", v.Response.Status.Message)
	}
}

func TestTheKeysAreThoseOfTheService(t *testing.T) {
	t.Parallel()
	all := func(string, string, string) ([]string, bool) { return nil, true }
	both := func(string, string, string) ([]string, bool) {
		return []string{"base.yaml", "over.yaml", "none.yaml"}, true
	}
	data := func(texts ...string) []byte {
		m := map[string]string{}
		for i := 0; i < len(texts); i += 2 {
			m[texts[i]] = texts[i+1]
		}
		return reviewOf("ConfigMap", map[string]any{"data": m})
	}
	const fine = "upstreams: [{name: a, url: 'http://a'}]\n"
	allows(t, confighttp.Admission[web](all), data("c.yaml", fine, "motd", "hello"))
	denies(t, confighttp.Admission[web](all), data("a.yaml", fine, "b.yaml", fine), "the ConfigMap has a.yaml and b.yaml, and the webhook names neither")
	denies(t, confighttp.Admission[web](all), data("motd", "hello"), "the ConfigMap has no key that ends in .yaml, .yml, .toml or .json")
	denies(t, confighttp.Admission[web](chooseShop), data("c.yaml", fine), "the ConfigMap has no key config.yaml, so a pod finds no such file")
	allows(t, confighttp.Admission[web](both), data("base.yaml", "db: {conns: 200}\n"+fine, "over.yaml", "db: {conns: 20}\n"))
	denies(t, confighttp.Admission[web](both), data("base.yaml", fine, "over.yaml", "db: {conns: 200}\n"), "over.yaml:1:13: db.conns: must be 100 or less")
}

func TestOnlyAnAdmissionReviewIsAnswered(t *testing.T) {
	t.Parallel()
	h := confighttp.Admission[web](chooseShop)
	fine := string(sent(t, "create-good"))
	for body, want := range map[string]int{
		"":                         http.StatusBadRequest,
		"null":                     http.StatusBadRequest,
		"[]":                       http.StatusBadRequest,
		"{}":                       http.StatusBadRequest,
		fine[:len(fine)/2]:         http.StatusBadRequest,
		fine + "}":                 http.StatusBadRequest,
		strings.Repeat("[", 1<<20): http.StatusBadRequest,
		strings.Replace(fine, "admission.k8s.io/v1", "admission.k8s.io/v1beta1", 1): http.StatusBadRequest,
		strings.Replace(fine, "AdmissionReview", "ConversionReview", 1):             http.StatusBadRequest,
		strings.Replace(fine, `"uid": "00000000`, `"other": "`, 1):                  http.StatusBadRequest,
		strings.Repeat(" ", 8<<20) + fine:                                           http.StatusRequestEntityTooLarge,
		strings.Repeat(" ", 8<<20-len(fine)) + fine:                                 http.StatusOK,
	} {
		if w := postReview(h, "application/json; charset=utf-8", strings.NewReader(body)); w.Code != want {
			t.Errorf("%.60q: got %d %s, want %d", body, w.Code, w.Body, want)
		}
		if w := postReview(h, "application/json", io.MultiReader(strings.NewReader(body))); w.Code != want { // of unknown length
			t.Errorf("%.60q: got %d %s, want %d", body, w.Code, w.Body, want)
		}
	}
	for _, contentType := range []string{"", "text/plain", "application/vnd.kubernetes.protobuf", ";"} {
		if w := postReview(h, contentType, strings.NewReader(fine)); w.Code != http.StatusUnsupportedMediaType {
			t.Errorf("%q: got %d %s", contentType, w.Code, w.Body)
		}
	}
	w := httptest.NewRecorder()
	if h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/", nil)); w.Code != http.StatusMethodNotAllowed || w.Header().Get("Allow") != "POST" {
		t.Errorf("GET: %d", w.Code)
	}
}

func TestAnObjectThatDoesNotParseIsDenied(t *testing.T) {
	t.Parallel()
	h := confighttp.Admission[web](chooseShop)
	body := bytes.Replace(configMap("x"), []byte(`{"config.yaml":"x"}`), []byte(`["\u001b[31m"]`), 1)
	if v := denies(t, h, body, "the object cannot be read"); strings.ContainsRune(v.Response.Status.Message, 0x1b) {
		t.Errorf("%q", v.Response.Status.Message)
	}
	denies(t, h, bytes.Replace(configMap("x"), []byte(`{"config.yaml":"x"}`), []byte(`null`), 1), "has no key config.yaml")
}

func TestAMessageIsShortRedactedAndEscaped(t *testing.T) {
	t.Parallel()
	h := confighttp.Admission[web](chooseShop, confighttp.AdmissionChecks(), config.WithCheck(func(_ context.Context, _, new *web) error {
		return errors.New("cannot reach " + new.DB.DSN.Reveal())
	}))
	denies(t, h, configMap("upstreams: [{name: a, url: 'http://a'}]\ndb: {dsn: correct-horse-battery-staple}\n"), "cannot reach [redacted]")
	var text strings.Builder
	for i := range 200 {
		fmt.Fprintf(&text, "\"kéy-%d-\\u202e\": correct-horse-battery-staple\n", i)
	}
	v := denies(t, h, configMap(text.String()), "config: load failed, ", "problems more")
	message := v.Response.Status.Message
	if len(message) > 4<<10 || strings.Contains(message, "battery") || strings.ContainsRune(message, 0x202e) {
		t.Errorf("%d bytes: %q", len(message), message)
	}
}

func TestNothingThatTheDataNamesIsExpandedOrOpened(t *testing.T) {
	type fetched struct {
		Name  string
		Token config.Secret `validate:"required"`
	}
	dir := t.TempDir()
	secret := filepath.Join(dir, "secret")
	put(t, secret, "correct-horse-battery-staple")
	t.Setenv("ADMISSION_HOST", "battery.example.com")
	h := confighttp.Admission[fetched](chooseShop, config.WithExpandEnv("ADMISSION_*"))
	allows(t, h, configMap("name: ${ADMISSION_HOST}\ntoken_file: "+secret+"\n"))
	allows(t, h, configMap("name: ${ADMISSION_NONE}\ntoken_file: "+filepath.Join(dir, "none")+"\n"))
	v := denies(t, h, configMap("name: ${ADMISSION_HOST}\ntoken_file: "+secret+"\nnone: 1\n"), "none: unknown key")
	if strings.Contains(v.Response.Status.Message, "battery") {
		t.Errorf("%s", v.Response.Status.Message)
	}
}

func TestFilesAndSourcesOfTheServiceAreNotReadForAReview(t *testing.T) {
	t.Parallel()
	src, dir := configtest.NewSource(t, "played:app"), filepath.Join(t.TempDir(), "stored")
	src.Update(map[string]string{"c.yaml": "none: 1\n"})
	own := filepath.Join(t.TempDir(), "own.yaml")
	put(t, own, "none: 1\n")
	h := confighttp.Admission[web](chooseShop, config.WithSource(src), config.WithFile(own), config.WithDir(filepath.Dir(own)),
		config.WithSearch("own", filepath.Dir(own)), config.WithLastGood(dir), config.WithStagger(time.Hour, "pod-0"), config.WithStartupWait(time.Hour),
		config.WithProbation(time.Hour, func(context.Context, *web) error { t.Error("the application is asked"); return nil }))
	allows(t, h, configMap("upstreams: [{name: a, url: 'http://a'}]\n"))
	denies(t, h, configMap("{}"), "upstreams: must have at least 1 item")
	if _, err := os.Stat(dir); src.Reads() != 0 || !os.IsNotExist(err) {
		t.Errorf("%d reads; stored: %v", src.Reads(), err)
	}
}

func TestChecksAreCalledOnRequestAndNeverForADryRun(t *testing.T) {
	t.Parallel()
	var calls atomic.Int64
	check := config.WithCheck(func(_ context.Context, old, _ *web) error {
		calls.Add(1)
		if old != nil {
			t.Error("there is a running value")
		}
		return errors.New("too many are in use")
	})
	body := configMap("upstreams: [{name: a, url: 'http://a'}]\n")
	dry := bytes.Replace(body, []byte(`"uid":`), []byte(`"dryRun":true,"uid":`), 1)
	allows(t, confighttp.Admission[web](chooseShop, check), body)
	h := confighttp.Admission[web](chooseShop, check, confighttp.AdmissionChecks())
	allows(t, h, dry)
	if n := calls.Load(); n != 0 {
		t.Errorf("%d calls", n)
	}
	denies(t, h, body, "too many are in use [check]")
}

func TestTheEnvironmentCountsAndIsNotShown(t *testing.T) {
	t.Setenv("SHOPWEB_UPSTREAMS", `[{"name": "a", "url": "http://a"}]`)
	h := confighttp.Admission[web](chooseShop, config.WithEnv("SHOPWEB"))
	allows(t, h, configMap("db: {conns: 20}\n"))
	t.Setenv("SHOPWEB_DB_CONNS", "4711")
	v := review(t, h, configMap("server: {}\n"))
	if s := v.Response.Status; v.Response.Allowed || s.Code != 500 || !strings.Contains(s.Message, "SHOPWEB_DB_CONNS [max]") || strings.Contains(s.Message, "4711") {
		t.Errorf("%+v", v)
	}
	v = denies(t, h, configMap("sever: {}\n"), "sever: unknown key")
	if strings.Contains(v.Response.Status.Message, "SHOPWEB") {
		t.Errorf("%s", v.Response.Status.Message)
	}
}

// broken is a type that no document can configure.
type broken struct{ C chan int }

func TestAFailureOfTheHandlersOwnFailsClosedOrOpen(t *testing.T) {
	t.Parallel()
	hang := make(chan struct{})
	t.Cleanup(func() { close(hang) })
	for name, handler := range map[string]func(...config.Option) http.Handler{
		"choose panics": func(o ...config.Option) http.Handler {
			return confighttp.Admission[web](func(string, string, string) ([]string, bool) { panic("no") }, o...)
		},
		"choose ends its goroutine": func(o ...config.Option) http.Handler {
			return confighttp.Admission[web](func(string, string, string) ([]string, bool) { runtime.Goexit(); return nil, true }, o...)
		},
		"choose hangs": func(o ...config.Option) http.Handler {
			return confighttp.Admission[web](func(string, string, string) ([]string, bool) { <-hang; return nil, true }, o...)
		},
		"the type is at fault": func(o ...config.Option) http.Handler { return confighttp.Admission[broken](chooseShop, o...) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			body := configMap("upstreams: []\n")
			closed := reviewIn(t, handler(), body, "50ms")
			if s := closed.Response.Status; closed.Response.Allowed || s.Reason != "InternalError" || !strings.HasPrefix(s.Message, "config: the webhook cannot validate this: ") {
				t.Errorf("%+v", closed)
			}
			open := reviewIn(t, handler(confighttp.AdmissionFailOpen()), body, "50ms")
			if !open.Response.Allowed || len(open.Response.Warnings) != 1 {
				t.Errorf("%+v", open)
			}
		})
	}
}

func TestWarningsAreThoseOfTheObject(t *testing.T) {
	t.Parallel()
	type aged struct {
		Name string `deprecated:"use title"`
	}
	v := allows(t, confighttp.Admission[aged](chooseShop), configMap("name: a\n"))
	if len(v.Response.Warnings) != 1 || !strings.Contains(v.Response.Warnings[0], "config.yaml:1") {
		t.Errorf("%q", v.Response.Warnings)
	}
}

func TestAThousandReviewsAtOnceAreValidatedFourAtATime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var now, most atomic.Int64
		h := confighttp.Admission[web](func(string, string, string) ([]string, bool) {
			n := now.Add(1)
			time.Sleep(time.Millisecond) // of the fake clock, so all others have begun
			for old := most.Load(); n > old && !most.CompareAndSwap(old, n); old = most.Load() {
			}
			now.Add(-1)
			return nil, false
		})
		text := configMap(strings.Repeat("#", 64<<10))
		var answered sync.WaitGroup
		for range 1000 {
			answered.Go(func() {
				if w := postReview(h, "application/json", bytes.NewReader(text)); w.Code != http.StatusOK {
					t.Errorf("%d %s", w.Code, w.Body)
				}
			})
		}
		answered.Wait()
		if n := most.Load(); n != 4 {
			t.Errorf("%d were validated at once", n)
		}
	})
}

func TestAReviewThatWaitsTooLongIsRefused(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		hang := make(chan struct{})
		h := confighttp.Admission[web](func(string, string, string) ([]string, bool) { <-hang; return nil, false })
		var others sync.WaitGroup
		for range 4 {
			others.Go(func() { allows(t, h, configMap("")) })
		}
		synctest.Wait()
		began := time.Now()
		w := postReviewIn(h, "1s", "application/json", bytes.NewReader(configMap("")))
		if waited := time.Since(began); w.Code != http.StatusServiceUnavailable || waited != 900*time.Millisecond {
			t.Errorf("%d after %v: %s", w.Code, waited, w.Body)
		}
		close(hang)
		others.Wait()
	})
}

func TestKeysAssumedToBeSetAreNotRequired(t *testing.T) {
	t.Parallel()
	type locked struct {
		Name   string
		APIKey config.Secret `mapstructure:"api_key" validate:"required"`
	}
	denies(t, confighttp.Admission[locked](chooseShop), configMap("name: a\n"), "api_key: required, not set")
	h := confighttp.Admission[locked](chooseShop, confighttp.AdmissionAssume("api_key"))
	allows(t, h, configMap("name: a\n"))
	denies(t, h, configMap("nam: a\n"), "nam: unknown key")
}

func TestAnAdmissionOptionIsAnErrorOfLoad(t *testing.T) {
	t.Parallel()
	for want, option := range map[string]config.Option{
		"AdmissionChecks: it is for confighttp.Admission alone":   confighttp.AdmissionChecks(),
		"AdmissionAssume: it is for confighttp.Admission alone":   confighttp.AdmissionAssume("db.dsn"),
		"AdmissionFailOpen: it is for confighttp.Admission alone": confighttp.AdmissionFailOpen(),
	} {
		if err := config.Check[web](config.WithoutFile(), option); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

func TestAdmissionPanicsForWrongArguments(t *testing.T) {
	t.Parallel()
	testkit.WantPanic(t, "the function is nil", func() { confighttp.Admission[web](nil) })
	testkit.WantPanic(t, "option 2 is nil", func() { confighttp.Admission[web](chooseShop, config.WithoutWatch(), nil) })
	testkit.WantPanic(t, "WithSettle(-1ns): the duration is negative", func() { confighttp.Admission[web](chooseShop, config.WithSettle(-1)) })
	testkit.WantPanic(t, `AdmissionAssume: there is no key "db.dns"; did you mean "db.dsn"?`, func() {
		confighttp.Admission[web](chooseShop, confighttp.AdmissionAssume("server.addr", "db.dns"))
	})
}

func FuzzAdmission(f *testing.F) {
	for _, name := range []string{"create-good", "create-bad", "create-generated", "update-bad", "apply-bad", "delete", "binary-bad", "secret-bad"} {
		f.Add(sent(f, name))
	}
	f.Add(configMap("upstreams: [{name: a, url: 'http://a'}]\ndb: {dsn: x}\n"))
	h := confighttp.Admission[web](func(string, string, string) ([]string, bool) { return []string{"config.yaml"}, true })
	f.Fuzz(func(t *testing.T, data []byte) {
		w := postReview(h, "application/json", bytes.NewReader(data))
		if w.Code == http.StatusBadRequest {
			return
		}
		var q struct{ Request struct{ UID string } }
		if err := json.Unmarshal(data, &q); err != nil {
			t.Fatalf("%d, but %v", w.Code, err)
		}
		v := review(t, h, data)
		if r := v.Response; r.UID != q.Request.UID || r.Allowed == (r.Status.Message != "") || len(r.Status.Message) > 4<<10 {
			t.Errorf("%s", w.Body)
		}
	})
}
