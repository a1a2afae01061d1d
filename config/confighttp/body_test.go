package confighttp_test

import (
	"bytes"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"example.com/lastgood/config/confighttp"
)

// slowClient is a connection on which a client has sent a part of a body and sends nothing more.
type slowClient struct {
	*httptest.ResponseRecorder
	net.Conn
}

func (c slowClient) Write(p []byte) (int, error) { return c.ResponseRecorder.Write(p) }

// sendPart sends a part of a body to the handler, and returns the status of the answer.
func sendPart(h http.Handler, part []byte) int {
	client, server := net.Pipe()
	defer client.Close()
	defer server.Close()
	go func() { _, _ = client.Write(part) }() // it ends when the connection is closed
	r := httptest.NewRequest(http.MethodPost, "/?timeout=10s", server)
	r.Header.Set("Content-Type", "application/json")
	w := slowClient{httptest.NewRecorder(), server}
	h.ServeHTTP(w, r)
	return w.Code
}

func TestSlowClientsHoldUpNoReview(t *testing.T) {
	t.Parallel()
	for what, slow := range map[string]struct {
		clients int
		part    []byte
	}{"little": {100, []byte(`{"kind":`)}, "much": {4, bytes.Repeat([]byte(" "), 1<<20)}} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				h := confighttp.Admission[web](func(string, string, string) ([]string, bool) { return nil, false })
				begun := time.Now()
				var clients sync.WaitGroup
				defer clients.Wait()
				for range slow.clients {
					clients.Go(func() {
						if code := sendPart(h, slow.part); code != http.StatusRequestTimeout || time.Since(begun) != 3*time.Second {
							t.Errorf("%d after %v", code, time.Since(begun))
						}
					})
				}
				synctest.Wait()
				allows(t, h, configMap(""))
				if waited := time.Since(begun); waited != 0 {
					t.Errorf("a review has waited for %v", waited)
				}
			})
		})
	}
}

// A body of more than 128 KiB waits for those of slow clients, as long as these may take.
func TestLargeReviewsAreReadFourAtATime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := confighttp.Admission[web](func(string, string, string) ([]string, bool) { return nil, false })
		begun := time.Now()
		var clients sync.WaitGroup
		for range 4 {
			clients.Go(func() { sendPart(h, bytes.Repeat([]byte(" "), 1<<20)) })
		}
		synctest.Wait()
		allows(t, h, configMap(strings.Repeat("#", 1<<20)))
		if waited := time.Since(begun); waited != 3*time.Second {
			t.Errorf("it has waited for %v", waited)
		}
		clients.Wait()
		if v := reviewIn(t, h, configMap(strings.Repeat("#", 1<<20)), "1s"); !v.Response.Allowed {
			t.Errorf("a place is not free: %+v", v)
		}
	})
}

// The server notices by the read deadline that a client has gone, so it must not end the review.
func TestTheTimeForTheBodyDoesNotEndTheReview(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := confighttp.Admission[web](func(string, string, string) ([]string, bool) { return nil, false })
		w := &readDeadlines{ResponseWriter: httptest.NewRecorder()}
		r := httptest.NewRequest(http.MethodPost, "/?timeout=10s", bytes.NewReader(configMap("")))
		r.Header.Set("Content-Type", "application/json")
		h.ServeHTTP(w, r)
		if want := []time.Duration{3 * time.Second, 9 * time.Second}; !slices.Equal(w.set, want) {
			t.Errorf("the read deadlines are in %v, want %v", w.set, want)
		}
	})
}

// readDeadlines collects the read deadlines that are set.
type readDeadlines struct {
	http.ResponseWriter
	set []time.Duration
}

func (d *readDeadlines) SetReadDeadline(at time.Time) error {
	d.set = append(d.set, time.Until(at))
	return nil
}
