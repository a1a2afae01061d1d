package configkube_test

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"example.com/lastgood/config"
	"example.com/lastgood/config/configkube"
	"example.com/lastgood/internal/testkit"
)

// listing renders a reading: "document" or "value", name and content, with "!" if it is secret.
func listing(r config.Reading) string {
	var lines []string
	mark := map[bool]string{true: "!"}
	for _, d := range r.Documents {
		lines = append(lines, fmt.Sprintf("document %s=%s%s", d.Name, d.Data, mark[d.Secret]))
	}
	for _, v := range r.Values {
		lines = append(lines, fmt.Sprintf("value %s=%s%s", v.Key, v.Data, mark[v.Secret]))
	}
	slices.Sort(lines)
	return strings.Join(lines, ", ")
}

func TestKeysAreDocumentsOrValues(t *testing.T) {
	t.Parallel()
	a := newAPI(t)
	a.write("configmaps", map[string]any{"immutable": true,
		"data": map[string]string{"c.yaml": "y", "host": "h", "port": "1"}, "binaryData": map[string]string{"b.json": "eyJ9"}})
	a.put("secrets", encode(map[string]string{"password": "p\xff"}))
	for name, want := range map[string]struct {
		source config.Source
		text   string
	}{
		"all":                {a.configMap(), "document b.json={\"}, document c.yaml=y, document host=h, document port=1"},
		"some documents":     {a.configMap(configkube.Keys("c.yaml"), configkube.Keys("b.json")), "document b.json={\"}, document c.yaml=y"},
		"some values":        {a.configMap(configkube.Values("db", "host"), configkube.Values("", "port")), "document b.json={\"}, document c.yaml=y, value db.host=h, value port=1"},
		"documents and rest": {a.configMap(configkube.Keys("c.yaml", "b.json"), configkube.Values("db")), "document b.json={\"}, document c.yaml=y, value db.host=h, value db.port=1"},
		"documents and one":  {a.configMap(configkube.Keys("c.yaml"), configkube.Values("a.b", "host")), "document c.yaml=y, value a.b.host=h"},
		"all values":         {a.configMap(configkube.Values("")), "value b.json={\"}, value c.yaml=y, value host=h, value port=1"},
		"secret documents":   {configkube.Secret("prod", "app", a.options()...), "document password=p\xff!"},
		"secret values":      {configkube.Secret("prod", "app", a.options(configkube.Values("db"))...), "value db.password=p\xff!"},
	} {
		r, err := want.source.Read(t.Context())
		testkit.Must(t, err)
		if got := listing(r); got != want.text {
			t.Errorf("%s: %s\nwant %s", name, got, want.text)
		}
	}
}

func TestAKeyThatIsNamedMustExist(t *testing.T) {
	t.Parallel()
	a := newAPI(t)
	a.put("configmaps", map[string]string{"c.yaml": ""})
	for _, opt := range []configkube.Option{configkube.Keys("c.yaml", "other.yaml"), configkube.Values("db", "other.yaml")} {
		r, err := a.configMap(opt).Read(t.Context())
		if !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), `has no key "other.yaml"`) || r.Revision == "" {
			t.Errorf("%+v, %v", r, err)
		}
	}
}

func TestWrongArgumentsAreErrorsOfOpen(t *testing.T) {
	t.Parallel()
	for want, source := range map[string]config.Source{
		`"a/b" cannot be the name of a ConfigMap`:                                  configkube.ConfigMap("prod", "a/b"),
		`"" cannot be the name of a Secret`:                                        configkube.Secret("prod", ""),
		`"a.b" cannot be a namespace`:                                              configkube.ConfigMap("a.b", "app"),
		"option 1 is nil":                                                          configkube.ConfigMap("prod", "app", nil),
		"Keys: no key is given":                                                    configkube.ConfigMap("prod", "app", configkube.Keys()),
		`Keys: "a b" cannot be a key of a ConfigMap`:                               configkube.ConfigMap("prod", "app", configkube.Keys("a b")),
		`Keys: the key "a" is named twice`:                                         configkube.ConfigMap("prod", "app", configkube.Keys("a", "a")),
		`Values: the key "a" is named twice`:                                       configkube.ConfigMap("prod", "app", configkube.Keys("a"), configkube.Values("", "a")),
		`Values: the section "a..b" has an empty part`:                             configkube.ConfigMap("prod", "app", configkube.Values("a..b")),
		`Values: all other keys have a section already, "a"`:                       configkube.ConfigMap("prod", "app", configkube.Values("a"), configkube.Values("b")),
		"Client: it is nil":                                                        configkube.ConfigMap("prod", "app", configkube.Client(nil)),
		"BaseURL: it has a user, a query or a fragment":                            configkube.ConfigMap("prod", "app", configkube.BaseURL("https://u:pw@a")),
		"BaseURL: it is no URL":                                                    configkube.ConfigMap("prod", "app", configkube.BaseURL("https://u:pw@a:b")),
		`"http://a" is neither an https URL nor an http one on this machine`:       configkube.ConfigMap("prod", "app", configkube.BaseURL("http://a")),
		`"//127.0.0.1:80" is neither an https URL nor an http one on this machine`: configkube.ConfigMap("prod", "app", configkube.BaseURL("//127.0.0.1:80")),
		"ServiceAccount: the directory is empty":                                   configkube.ConfigMap("prod", "app", configkube.ServiceAccount("")),
	} {
		_, err := config.Open[pair](quiet, config.WithSource(source))
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "pw") {
			t.Errorf("Open returns %v, want %q", err, want)
		}
	}
}

func TestServerAndNamespaceAreThoseOfThePod(t *testing.T) {
	a := newAPI(t)
	a.put("configmaps", pairs(1))
	host, port, err := net.SplitHostPort(a.addr)
	testkit.Must(t, err)
	t.Setenv("KUBERNETES_SERVICE_HOST", host)
	t.Setenv("KUBERNETES_SERVICE_PORT", port)
	s := configkube.ConfigMap("", "app", configkube.ServiceAccount(a.dir))
	if _, err := s.Read(t.Context()); err != nil || s.Name() != "configmap:prod/app" {
		t.Errorf("%s: %v", s.Name(), err)
	}
}

func TestRequestsOfAClientHaveNoToken(t *testing.T) {
	t.Parallel()
	a := newAPI(t)
	a.put("configmaps", pairs(1))
	transport := &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, ForceAttemptHTTP2: true}
	defer transport.CloseIdleConnections()
	var protocol string
	client := &http.Client{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
		if r.Header.Get("Authorization") != "" {
			t.Error("credentials are added")
		}
		r = r.Clone(r.Context())
		r.Header.Set("Authorization", "Bearer "+a.token)
		answer, err := transport.RoundTrip(r)
		if err == nil {
			protocol = answer.Proto
		}
		return answer, err
	})}
	s := configkube.ConfigMap("prod", "app", configkube.BaseURL("https://"+a.addr), configkube.Client(client))
	r, err := s.Read(t.Context())
	if err != nil || len(r.Documents) != 2 || protocol != "HTTP/2.0" {
		t.Errorf("%+v, %v, %s", r, err, protocol)
	}
}

func TestAReadLeavesNoConnectionOpen(t *testing.T) {
	t.Parallel()
	a := newAPI(t)
	a.put("configmaps", pairs(1))
	s := a.configMap()
	for range 3 {
		if _, err := s.Read(t.Context()); err != nil {
			t.Fatal(err)
		}
		wantDeserted(t, a)
	}
}

// The answer to a request arrives after ca.crt has changed, and with it the client.
func TestAReplacedClientLeavesNoConnectionOpen(t *testing.T) {
	t.Parallel()
	a := newAPI(t)
	asked, answer := make(chan struct{}), make(chan struct{})
	a.answers(func(http.ResponseWriter, *http.Request) bool {
		close(asked)
		<-answer
		return false
	})
	s := a.configMap()
	done := make(chan struct{})
	go func() {
		defer close(done)
		_, _ = s.Read(t.Context())
	}()
	testkit.Within(t, asked, "the request")
	a.rotateCA(t) // the server keeps its certificate, so the next reading fails
	if _, err := s.Read(t.Context()); err == nil {
		t.Error("the certificate is trusted")
	}
	close(answer)
	testkit.Within(t, done, "the answer")
	wantDeserted(t, a)
}

// wantDeserted waits until the connections to a server are closed, sooner than idle ones would be.
func wantDeserted(t *testing.T, a *api) {
	t.Helper()
	begin := time.Now()
	testkit.Eventually(t, "no connection", a.isDeserted)
	if time.Since(begin) > 4*time.Second {
		t.Error("it is closed for being idle, which takes 5 seconds")
	}
}

func TestAStoreLeavesNoConnectionOpen(t *testing.T) {
	t.Parallel()
	a := newAPI(t)
	a.put("configmaps", pairs(1))
	s, err := config.Open[pair](quiet, config.WithSource(a.configMap()))
	testkit.Must(t, err)
	testkit.Eventually(t, "the watch", func() bool { return a.count("watch") == 1 })
	s.Close()
	wantDeserted(t, a)
}
