package confighttp_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"example.com/lastgood/config"
)

// blockedWriter is an answer whose first piece is not taken until let is closed.
type blockedWriter struct {
	*httptest.ResponseRecorder
	begun chan struct{}
	let   chan struct{}
}

func newBlockedWriter() *blockedWriter {
	return &blockedWriter{httptest.NewRecorder(), make(chan struct{}, 100), make(chan struct{})}
}

func (s *blockedWriter) Write(p []byte) (int, error) {
	s.begun <- struct{}{}
	<-s.let
	return s.ResponseRecorder.Write(p)
}

func TestASlowClientDoesNotHoldUpOthers(t *testing.T) {
	h := named(manySettings(t, 1000))
	slow, done := newBlockedWriter(), make(chan struct{})
	go func() {
		defer close(done)
		h.ServeHTTP(slow, httptest.NewRequest(http.MethodGet, "/?format=json", nil))
	}()
	<-slow.begun
	for _, target := range []string{"/", "/?format=json"} {
		if r := ask(t, h, http.MethodGet, target); r.StatusCode != http.StatusOK {
			t.Errorf("%s: %d", target, r.StatusCode)
		}
	}
	close(slow.let)
	<-done
	if got := decode[document](t, slow.Body.String()); len(got.Stores[0].Settings) < 1000 {
		t.Errorf("the slow client gets %d settings", len(got.Stores[0].Settings))
	}
}

func TestTooManyClientsGetRetryAfter(t *testing.T) {
	store := manySettings(t, 1000)
	store.Settings()
	synctest.Test(t, func(t *testing.T) {
		h := named(store)
		let := make(chan struct{})
		for range 4 {
			go func() {
				slow := newBlockedWriter()
				slow.let = let
				h.ServeHTTP(slow, httptest.NewRequest(http.MethodGet, "/?format=json", nil))
			}()
		}
		synctest.Wait()
		began := time.Now()
		for target, want := range map[string]string{"/": "too many other requests", "/?format=json": `"error": "too many other requests`} {
			r := ask(t, h, http.MethodGet, target)
			if got := text(t, r); r.StatusCode != http.StatusServiceUnavailable || r.Header.Get("Retry-After") != "5" || !strings.Contains(got, want) {
				t.Errorf("%s: %d, %v, %s", target, r.StatusCode, r.Header, got)
			}
		}
		if waited := time.Since(began); waited != 20*time.Second {
			t.Errorf("both together have waited for %v", waited)
		}
		close(let)
		synctest.Wait()
		if r := ask(t, h, http.MethodGet, "/"); r.StatusCode != http.StatusOK {
			t.Errorf("after the others have ended: %d", r.StatusCode)
		}
	})
}

func TestAClientThatGoesFreesItsPlace(t *testing.T) {
	store := manySettings(t, 1000)
	store.Settings()
	synctest.Test(t, func(t *testing.T) {
		h := named(store)
		let := make(chan struct{})
		for range 4 {
			go func() {
				slow := newBlockedWriter()
				slow.let = let
				h.ServeHTTP(slow, httptest.NewRequest(http.MethodGet, "/?format=json", nil))
			}()
		}
		synctest.Wait()
		ctx, leave := context.WithCancel(t.Context())
		gone := make(chan struct{})
		go func() {
			defer close(gone)
			h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/", nil).WithContext(ctx))
		}()
		synctest.Wait()
		began := time.Now()
		leave()
		<-gone
		if waited := time.Since(began); waited != 0 {
			t.Errorf("it is waited for for %v", waited)
		}
		close(let)
	})
}

// unencodable is a store one of whose settings cannot be encoded.
type unencodable struct {
	*config.Store[shop]
	after int // number of settings before it
}

func (s unencodable) Settings() []config.Setting {
	all := make([]config.Setting, s.after+1)
	all[s.after].Value = make(chan int)
	return all
}

func TestWhatCannotBeEncodedIsAnError(t *testing.T) {
	store, _ := follow(t, good)
	if r := ask(t, named(unencodable{store, 1}), http.MethodGet, "/?format=json"); r.StatusCode != http.StatusInternalServerError {
		t.Errorf("got %d", r.StatusCode)
	}
	server := httptest.NewServer(named(unencodable{store, 1000}))
	defer server.Close()
	r, err := server.Client().Get(server.URL + "/?format=json")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	if _, err := io.ReadAll(r.Body); err == nil {
		t.Error("half an answer seems to be whole")
	}
}

func TestHeadIsAnsweredWithTheLengthOfALongAnswer(t *testing.T) {
	server := httptest.NewServer(named(manySettings(t, 1000)))
	defer server.Close()
	for _, format := range []string{"html", "json"} {
		r, err := server.Client().Get(server.URL + "/?format=" + format)
		if err != nil {
			t.Fatal(err)
		}
		want := len(text(t, r))
		r, err = server.Client().Head(server.URL + "/?format=" + format)
		if err != nil {
			t.Fatal(err)
		}
		if r.Body.Close(); r.ContentLength < 70_000 || format == "json" && r.ContentLength != int64(want) {
			t.Errorf("%s: %d bytes announced, %d sent", format, r.ContentLength, want)
		}
	}
}

// A client that takes no piece is disconnected by a deadline, unless the server has a limit.
func TestAPieceHasToBeTakenInTime(t *testing.T) {
	h := named(manySettings(t, 1000))
	for limit, want := range map[time.Duration]bool{0: true, time.Hour: false} {
		limited := make(chan bool, 100)
		server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			h.ServeHTTP(deadlines{w, limited}, r)
			close(limited)
		}))
		server.Config.WriteTimeout = limit
		server.Start()
		r, err := server.Client().Get(server.URL + "/?format=json")
		if err != nil {
			t.Fatal(err)
		}
		_ = text(t, r)
		server.Close()
		n := 0
		for within := range limited {
			n++
			if !within {
				t.Error("the limit is not about 10 seconds")
			}
		}
		if n > 1 != want {
			t.Errorf("with a limit of the server of %v, %d are set", limit, n)
		}
	}
}

// deadlines reports the deadlines that are set.
type deadlines struct {
	http.ResponseWriter
	set chan<- bool
}

func (d deadlines) SetWriteDeadline(at time.Time) error {
	left := time.Until(at)
	d.set <- 5*time.Second < left && left <= 10*time.Second
	return nil
}

// closedWriter is an answer whose client has gone.
type closedWriter struct{ *httptest.ResponseRecorder }

func (closedWriter) Write([]byte) (int, error) { return 0, net.ErrClosed }

func TestNothingMoreIsRenderedForAClientThatHasGone(t *testing.T) {
	h := named(manySettings(t, 1000))
	for range 10 {
		h.ServeHTTP(closedWriter{httptest.NewRecorder()}, httptest.NewRequest(http.MethodGet, "/?format=json", nil))
	}
	if r := ask(t, h, http.MethodGet, "/?format=json"); r.StatusCode != http.StatusOK {
		t.Errorf("then another gets %d", r.StatusCode)
	}
}
