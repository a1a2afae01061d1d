package configkube_test

import (
	"bytes"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"example.com/lastgood/config"
	"example.com/lastgood/config/configkube"
	"example.com/lastgood/internal/testkit"
)

// api is an API server with one namespace, prod, and a Role to list and watch the object app
// alone. Its messages are those of kube-apiserver 1.36.
type api struct {
	dir   string // of the service account
	proxy *testkit.Proxy
	addr  string
	cert  tls.Certificate

	mu       sync.Mutex
	server   *http.Server
	token    string
	changed  chan struct{} // closed at each change
	revision int
	floor    int // the oldest revision from which a watch can begin
	objects  map[string]event
	log      []event
	denied   string   // the verbs, list or watch, that are forbidden
	open     int      // number of connections
	requests []string // their verbs, and "bookmark" for each bookmark

	bookmarks time.Duration
	delay     time.Duration                                 // from a change to its event
	slow      bool                                          // events are sent in pieces
	answer    func(http.ResponseWriter, *http.Request) bool // handles a request if it returns true
}

// event is a change of an object, with its state after the change.
type event struct {
	Type     string         `json:"type"`
	Object   map[string]any `json:"object"`
	revision int
	at       time.Time
}

// newAPI returns an API server that runs until the end of the test.
func newAPI(t testing.TB) *api {
	t.Helper()
	a := &api{dir: t.TempDir(), revision: 100, changed: make(chan struct{}), objects: map[string]event{}, bookmarks: time.Minute}
	testkit.Write(t, filepath.Join(a.dir, "namespace"), "prod")
	a.rotateToken(t)
	a.rotateCA(t)
	a.addr = "127.0.0.1:0"
	a.start(t)
	a.proxy = testkit.NewProxy(t, a.addr)
	t.Cleanup(a.stop)
	return a
}

// options returns the options of a source of a, through its proxy.
func (a *api) options(more ...configkube.Option) []configkube.Option {
	return append([]configkube.Option{configkube.BaseURL("https://" + a.proxy.Addr), configkube.ServiceAccount(a.dir)}, more...)
}

func (a *api) configMap(more ...configkube.Option) config.Source {
	return configkube.ConfigMap("prod", "app", a.options(more...)...)
}

func (a *api) start(t testing.TB) {
	t.Helper()
	var listener net.Listener
	testkit.Eventually(t, "the port", func() (ok bool) {
		var err error
		listener, err = net.Listen("tcp", a.addr)
		return err == nil
	})
	a.mu.Lock()
	defer a.mu.Unlock()
	a.addr = listener.Addr().String()
	server := &http.Server{Handler: a, TLSConfig: &tls.Config{Certificates: []tls.Certificate{a.cert}}, ErrorLog: log.New(io.Discard, "", 0),
		ConnState: func(_ net.Conn, state http.ConnState) {
			a.set(func() {
				switch state {
				case http.StateNew:
					a.open++
				case http.StateClosed:
					a.open--
				}
			})
		}}
	a.server = server
	go func() { _ = server.ServeTLS(listener, "", "") }() // it ends with the listener
}

func (a *api) stop() {
	a.mu.Lock()
	server := a.server
	a.mu.Unlock()
	server.Close()
}

func (a *api) rotateToken(t testing.TB) {
	t.Helper()
	a.mu.Lock()
	defer a.mu.Unlock()
	a.token = fmt.Sprintf("token-%d", time.Now().UnixNano())
	testkit.Replace(t, filepath.Join(a.dir, "token"), a.token+"\n")
}

// rotateCA gives the server a certificate by a new authority from its next start on.
func (a *api) rotateCA(t testing.TB) {
	t.Helper()
	cert, ca := newCertificate(t, time.Now().Add(time.Hour), "127.0.0.1")
	a.mu.Lock()
	defer a.mu.Unlock()
	a.cert = cert
	testkit.Replace(t, filepath.Join(a.dir, "ca.crt"), ca)
}

func (a *api) set(do func()) {
	a.mu.Lock()
	defer a.mu.Unlock()
	do()
	close(a.changed)
	a.changed = make(chan struct{})
}

// put replaces the data of the object app of a resource.
func (a *api) put(resource string, data map[string]string) {
	a.write(resource, map[string]any{"data": data})
}

func (a *api) write(resource string, fields map[string]any) {
	a.set(func() {
		_, exists := a.objects[resource]
		a.revision++
		e := event{Type: "ADDED", Object: fields, revision: a.revision, at: time.Now()}
		if exists {
			e.Type = "MODIFIED"
		}
		fields["metadata"] = map[string]any{"name": "app", "namespace": "prod", "resourceVersion": strconv.Itoa(a.revision), "uid": "8e1f", "managedFields": []any{}}
		fields["kind"], fields["apiVersion"] = map[string]string{"configmaps": "ConfigMap", "secrets": "Secret"}[resource], "v1"
		a.objects[resource] = e
		a.log = append(a.log, e)
	})
}

func (a *api) remove(resource string) {
	a.set(func() {
		old, exists := a.objects[resource]
		if !exists {
			return
		}
		delete(a.objects, resource)
		a.revision++
		a.log = append(a.log, event{Type: "DELETED", Object: old.Object, revision: a.revision, at: time.Now()})
	})
}

// expire ends all watches. None can begin from an earlier revision afterwards.
func (a *api) expire() {
	a.set(func() {
		a.revision++
		a.floor = a.revision
	})
}

// answers sets a function that handles requests for which it returns true; nil for none.
func (a *api) answers(answer func(http.ResponseWriter, *http.Request) bool) {
	a.set(func() { a.answer = answer })
}

func (a *api) deny(verbs string) { a.set(func() { a.denied = verbs }) }

// count returns the number of requests with a verb, or of bookmarks.
func (a *api) count(verb string) (n int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, r := range a.requests {
		if r == verb {
			n++
		}
	}
	return n
}

// isDeserted reports whether no connection is open.
func (a *api) isDeserted() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.open == 0
}

func status(code int, reason, message string) map[string]any {
	return map[string]any{"kind": "Status", "apiVersion": "v1", "metadata": map[string]any{}, "status": "Failure", "message": message, "reason": reason, "code": code}
}

func reply(w http.ResponseWriter, code int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	_ = json.NewEncoder(w).Encode(body)
}

func (a *api) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	verb := "list"
	if query.Get("watch") != "" {
		verb = "watch"
	}
	a.mu.Lock()
	a.requests = append(a.requests, verb)
	token, denied, answer := a.token, a.denied, a.answer
	a.mu.Unlock()
	path := strings.Split(r.URL.Path, "/") // "", api, v1, namespaces, prod, configmaps
	switch {
	case answer != nil && answer(w, r):
	case r.Header.Get("Authorization") != "Bearer "+token:
		reply(w, http.StatusUnauthorized, status(401, "Unauthorized", "Unauthorized"))
	case len(path) != 6 || path[1] != "api" || path[2] != "v1" || path[3] != "namespaces":
		http.Error(w, "404 page not found", http.StatusNotFound)
	case path[4] != "prod" || query.Get("fieldSelector") != "metadata.name=app" || strings.Contains(denied, verb):
		reply(w, http.StatusForbidden, status(403, "Forbidden", fmt.Sprintf(
			`%[1]s is forbidden: User "system:serviceaccount:prod:web" cannot %s resource "%[1]s" in API group "" in the namespace "%[3]s"`, path[5], verb, path[4])))
	case verb == "list":
		a.list(w, path[5])
	default:
		a.watch(w, r, path[5])
	}
}

func (a *api) list(w http.ResponseWriter, resource string) {
	a.mu.Lock()
	kind := map[string]string{"configmaps": "ConfigMapList", "secrets": "SecretList"}[resource]
	list := map[string]any{"kind": kind, "apiVersion": "v1", "metadata": map[string]any{"resourceVersion": strconv.Itoa(a.revision)}, "items": []any{}}
	if e, ok := a.objects[resource]; ok {
		list["items"] = []any{e.Object}
	}
	a.mu.Unlock()
	reply(w, http.StatusOK, list)
}

func (a *api) watch(w http.ResponseWriter, r *http.Request, resource string) {
	query := r.URL.Query()
	seconds, _ := strconv.Atoi(query.Get("timeoutSeconds"))
	over := time.NewTimer(time.Duration(seconds) * time.Second)
	defer over.Stop()
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusOK)
	w.(http.Flusher).Flush()

	a.mu.Lock()
	defer a.mu.Unlock()
	bookmarks := time.NewTicker(a.bookmarks)
	defer bookmarks.Stop()
	since, err := strconv.Atoi(query.Get("resourceVersion"))
	if err != nil { // send the present state, and all changes from now on
		since = a.revision
		if e, ok := a.objects[resource]; ok {
			a.send(w, event{Type: "ADDED", Object: e.Object})
		}
	}
	for {
		if since < a.floor {
			a.send(w, event{Type: "ERROR", Object: status(410, "Expired", fmt.Sprintf("too old resource version: %d (%d)", since, a.floor))})
			return
		}
		until := a.revision
		for _, e := range a.log {
			if kind := e.Object["kind"]; e.revision > since && strings.EqualFold(fmt.Sprint(kind, "s"), resource) {
				a.mu.Unlock()
				<-time.After(time.Until(e.at.Add(a.delay)))
				a.mu.Lock()
				a.send(w, e)
			}
		}
		since = max(since, until)
		changed := a.changed
		a.mu.Unlock()
		select {
		case <-changed:
			a.mu.Lock()
		case <-bookmarks.C:
			a.mu.Lock()
			a.requests = append(a.requests, "bookmark")
			a.send(w, event{Type: "BOOKMARK", Object: map[string]any{"kind": "ConfigMap", "metadata": map[string]any{"resourceVersion": strconv.Itoa(since)}}})
		case <-over.C:
			a.mu.Lock()
			return
		case <-r.Context().Done():
			a.mu.Lock()
			return
		}
	}
}

// send writes an event, in pieces if the server is slow.
func (a *api) send(w http.ResponseWriter, e event) {
	var line bytes.Buffer
	_ = json.NewEncoder(&line).Encode(e)
	size := line.Len()
	if a.slow {
		size = 7
	}
	for line.Len() > 0 {
		_, _ = w.Write(line.Next(size))
		w.(http.Flusher).Flush()
	}
}

// overloaded answers like an overloaded server.
func overloaded(w http.ResponseWriter, _ *http.Request) bool {
	w.Header().Set("Retry-After", "1")
	reply(w, http.StatusTooManyRequests, status(429, "TooManyRequests", "too many requests, please try again later"))
	return true
}
