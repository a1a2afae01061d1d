package configkube_test

import (
	"crypto/tls"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"

	"example.com/lastgood/config"
	"example.com/lastgood/config/configkube"
	"example.com/lastgood/internal/testkit"
)

// answering makes a server answer with a status, a media type and a body.
func (a *api) answering(code int, kind, body string) {
	a.answers(func(w http.ResponseWriter, _ *http.Request) bool {
		w.Header().Set("Content-Type", kind)
		w.WriteHeader(code)
		_, _ = io.WriteString(w, body)
		return true
	})
}

// restart restarts the server with another certificate.
func (a *api) restart(t *testing.T, cert tls.Certificate) {
	t.Helper()
	a.stop()
	a.set(func() { a.cert = cert })
	a.start(t)
}

// faults are the faults of an answer, and the parts of their errors.
var faults = map[string]struct {
	play func(*testing.T, *api)
	want []string // parts of the error and of its hint
}{
	"the token is not valid": {
		func(_ *testing.T, a *api) { a.set(func() { a.token = "revoked" }) },
		[]string{"the API server answers 401 Unauthorized: Unauthorized", "has expired, or is for another audience or cluster"},
	},
	"the answer repeats the token": {
		func(_ *testing.T, a *api) {
			a.answering(500, "application/json", `{"message": "Bearer `+a.token+` is odd"}`)
		},
		[]string{"500 Internal Server Error: Bearer … is odd"},
	},
	"there is no permission": {
		func(_ *testing.T, a *api) { a.deny("list") },
		[]string{"system:serviceaccount:prod:web may not list it (403 Forbidden)", "it needs the Role {apiVersion: rbac.authorization.k8s.io/v1, kind: Role, " +
			`metadata: {name: app-configmap, namespace: prod}, rules: [{apiGroups: [""], resources: [configmaps], resourceNames: [app], verbs: [list, watch]}]}`},
	},
	"something else forbids it": {
		func(_ *testing.T, a *api) { a.answering(403, "text/html", "<h1>no</h1>") },
		[]string{"the API server answers 403 Forbidden", "it needs the Role"},
	},
	"it is another server": {
		func(_ *testing.T, a *api) { a.answering(404, "text/plain", "404 page not found") },
		[]string{"the API server answers 404 Not Found", "is not the API of Kubernetes"},
	},
	"a page instead of the API": {
		func(_ *testing.T, a *api) { a.answering(200, "text/html", "<h1>Welcome</h1>") },
		[]string{`the answer, a "text/html", is not JSON as the API has it`},
	},
	"another kind": {
		func(_ *testing.T, a *api) { a.answering(200, "application/json", `{"kind": "Table"}`) },
		[]string{`the answer is a "Table", not a ConfigMapList`},
	},
	"no UTF-8": {
		func(_ *testing.T, a *api) { a.answering(200, "application/json", "{\"kind\": \"\xff\"}") },
		[]string{"the answer is not UTF-8"},
	},
	"too large": {
		func(_ *testing.T, a *api) { a.answering(200, "application/json", strings.Repeat(" ", 10<<10+1)) },
		[]string{"the answer has more than 10240 bytes, as no object has"},
	},
	"cut": {
		func(_ *testing.T, a *api) {
			a.answers(func(w http.ResponseWriter, _ *http.Request) bool {
				_, _ = io.WriteString(w, `{"kind": "ConfigMapList", "items": []`)
				w.(http.Flusher).Flush()
				panic(http.ErrAbortHandler)
			})
		},
		[]string{"the answer ended early: unexpected EOF"},
	},
	"the server is broken": {
		func(_ *testing.T, a *api) {
			a.answers(func(w http.ResponseWriter, _ *http.Request) bool {
				reply(w, 500, status(500, "InternalError", "etcdserver: leader changed"))
				return true
			})
		},
		[]string{"the API server answers 500 Internal Server Error: etcdserver: leader changed"},
	},
	"the server is overloaded": {
		func(_ *testing.T, a *api) { a.answers(overloaded) },
		[]string{"the API server answers 429 Too Many Requests: too many requests, please try again later", "it is retried after 1s"},
	},
	"a redirect": {
		func(_ *testing.T, a *api) {
			a.answers(func(w http.ResponseWriter, r *http.Request) bool {
				http.Redirect(w, r, "https://elsewhere.example/login?secret=x", http.StatusFound)
				return true
			})
		},
		[]string{`the API server answers 302 Found to "https://elsewhere.example", which is not followed`},
	},
	"the server is away": {
		func(_ *testing.T, a *api) { a.stop() },
		[]string{" failed: "},
	},
	"an unknown authority": {
		func(t *testing.T, a *api) {
			cert, _ := newCertificate(t, time.Now().Add(time.Hour), "127.0.0.1")
			a.restart(t, cert)
		},
		[]string{"certificate signed by unknown authority", "the server's certificate is from no authority of those in "},
	},
	"a certificate for another address": {
		func(t *testing.T, a *api) {
			cert, ca := newCertificate(t, time.Now().Add(time.Hour), "127.0.0.2")
			testkit.Write(t, filepath.Join(a.dir, "ca.crt"), ca)
			a.restart(t, cert)
		},
		[]string{"certificate is valid for 127.0.0.2", "the certificate is for another name than 127.0.0.1"},
	},
	"an expired certificate": {
		func(t *testing.T, a *api) {
			cert, ca := newCertificate(t, time.Now().Add(-time.Hour), "127.0.0.1")
			testkit.Write(t, filepath.Join(a.dir, "ca.crt"), ca)
			a.restart(t, cert)
		},
		[]string{"certificate has expired", "the server's certificate, or this machine's clock, is out of date"},
	},
	"no token": {
		func(t *testing.T, a *api) { testkit.Must(t, os.Remove(filepath.Join(a.dir, "token"))) },
		[]string{"the service account's token: open ", "automountServiceAccountToken must not be false"},
	},
	"an empty token": {
		func(t *testing.T, a *api) { testkit.Write(t, filepath.Join(a.dir, "token"), "\n") },
		[]string{"token is empty"},
	},
	"no authority": {
		func(t *testing.T, a *api) { testkit.Must(t, os.Remove(filepath.Join(a.dir, "ca.crt"))) },
		[]string{"the API server's certificate authority: open ", "automountServiceAccountToken"},
	},
	"an authority that is none": {
		func(t *testing.T, a *api) { testkit.Write(t, filepath.Join(a.dir, "ca.crt"), "none") },
		[]string{"ca.crt has no certificate"},
	},
}

func TestEachFaultIsExplained(t *testing.T) {
	t.Parallel()
	for name, fault := range faults {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := newAPI(t)
			a.put("configmaps", pairs(1))
			s := a.configMap()
			configkube.SetMaxBody(s, 10<<10)
			fault.play(t, a)
			_, err := s.Read(t.Context())
			if err == nil || errors.Is(err, fs.ErrNotExist) {
				t.Fatalf("Read returns %v", err)
			}
			text := err.Error()
			known := new(config.SourceError)
			if errors.As(err, &known) {
				text += "; " + known.Hint
			}
			for _, want := range fault.want {
				if !strings.Contains(text, want) {
					t.Errorf("the error is\n%s\nwant in it\n%s", text, want)
				}
			}
			if refused := name == "too large"; known.Content != refused {
				t.Errorf("Content is %t", known.Content)
			}
			if strings.Contains(text, a.token) || len(text) > 500 {
				t.Errorf("the error has the token, or %d bytes: %s", len(text), text)
			}
		})
	}
}

// The Role in the error is the one that is needed.
func TestTheRoleInTheErrorIsYAML(t *testing.T) {
	t.Parallel()
	a := newAPI(t)
	a.deny("list")
	_, err := configkube.Secret("prod", "app", a.options()...).Read(t.Context())
	known := new(config.SourceError)
	if !errors.As(err, &known) {
		t.Fatal(err)
	}
	_, text, _ := strings.Cut(known.Hint, "{")
	var role struct {
		Kind     string
		Metadata struct{ Namespace string }
		Rules    []struct {
			APIGroups     []string `yaml:"apiGroups"`
			Resources     []string
			ResourceNames []string `yaml:"resourceNames"`
			Verbs         []string
		}
	}
	testkit.Must(t, yaml.Unmarshal([]byte("{"+text), &role))
	if len(role.Rules) != 1 || role.Kind != "Role" || role.Metadata.Namespace != "prod" {
		t.Fatalf("%+v", role)
	}
	if r := role.Rules[0]; strings.Join(append(append(append(r.APIGroups, r.Resources...), r.ResourceNames...), r.Verbs...), " ") != " secrets app list watch" {
		t.Errorf("%+v", r)
	}
}

func TestARedirectGetsNoRequest(t *testing.T) {
	t.Parallel()
	reached := make(chan struct{}, 1)
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached <- struct{}{} }))
	defer other.Close()
	a := newAPI(t)
	a.answers(func(w http.ResponseWriter, r *http.Request) bool {
		http.Redirect(w, r, other.URL, http.StatusTemporaryRedirect)
		return true
	})
	_, _ = a.configMap().Read(t.Context())
	given := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}}
	defer given.CloseIdleConnections()
	_, _ = a.configMap(configkube.Client(given)).Read(t.Context())
	select {
	case <-reached:
		t.Error("a redirect was followed")
	default:
	}
}

func TestRetryAfterIsRespected(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		code  int
		asked string
		want  time.Duration
	}{
		{429, "7", 7 * time.Second}, {503, "7", 7 * time.Second}, {503, "86400", 30 * time.Second}, {500, "1", time.Second},
		{403, "7", 0}, {503, "-7", 0}, {503, "Thu, 26 Nov 2026 22:00:00 GMT", 0}, {503, "", 0},
	} {
		answer := roundTrip(func(r *http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: c.code, Header: http.Header{"Retry-After": {c.asked}}, Body: http.NoBody, Request: r}, nil
		})
		s := configkube.ConfigMap("prod", "app", configkube.BaseURL("http://localhost"), configkube.Client(&http.Client{Transport: answer}))
		if r, err := s.Read(t.Context()); err == nil || r.PollAfter != c.want {
			t.Errorf("after %d with Retry-After: %s, Read returns %v, %v", c.code, c.asked, r.PollAfter, err)
		}
	}
}

// If the pod's server or namespace is not known, the object does not count as missing.
func TestOutsideOfAPodTheObjectIsNotMissing(t *testing.T) {
	t.Setenv("KUBERNETES_SERVICE_HOST", "")
	for name, s := range map[string]config.Source{
		"no server":    configkube.ConfigMap("prod", "app"),
		"no namespace": configkube.ConfigMap("", "app", configkube.BaseURL("http://127.0.0.1:8001"), configkube.ServiceAccount(t.TempDir())),
	} {
		_, err := s.Read(t.Context())
		known := new(config.SourceError)
		if errors.Is(err, fs.ErrNotExist) || !errors.As(err, &known) || !strings.Contains(known.Hint, "elsewhere, configkube needs") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAMissingFileOfTheClientIsNoMissingObject(t *testing.T) {
	t.Parallel()
	a := newAPI(t)
	s := a.configMap(configkube.Client(&http.Client{Transport: roundTrip(func(*http.Request) (*http.Response, error) {
		return nil, &fs.PathError{Op: "open", Path: "token", Err: fs.ErrNotExist}
	})}))
	if _, err := s.Read(t.Context()); err == nil || errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Read returns %v", err)
	}
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }
