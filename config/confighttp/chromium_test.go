package confighttp_test

import (
	"bytes"
	"cmp"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"example.com/lastgood/config"
	"example.com/lastgood/config/confighttp"
)

// The pictures of the page in testdata are made here, with -update.
func TestTheStateIsSeenInABrowser(t *testing.T) {
	b := newBrowser(t)
	for _, c := range []struct{ picture, title, colour, text string }{
		{"healthy", "ok: shop – configuration", "ok", "as it is on disk"},
		{"rejected", "rejected: shop – configuration", "rejected", "did you mean"},
		{"last-good", "rejected: shop – configuration", "rejected", "which was last good at"},
		{"probation", "ok: shop – configuration", "ok", "in 7 min, 2026-11-23 03:20:32 UTC"},
		{"many", "ok: shop – configuration", "ok", "Page 1 of 126"},
	} {
		t.Run(c.picture, func(t *testing.T) {
			b := browser{t, b.path}
			url := stage(t, c.picture)
			dom, console := b.dump(url)
			if !strings.Contains(dom, "<title>"+c.title+"</title>") {
				t.Errorf("the title is not %q:\n%s", c.title, dom)
			}
			if !strings.Contains(dom, c.text) {
				t.Errorf("%q is not in\n%s", c.text, dom)
			}
			if len(console) > 0 {
				t.Errorf("the console has %q", console)
			}
			if rare := c.picture != "healthy" && c.picture != "rejected"; rare && !*update {
				return // the colours are the same
			}
			for theme, colours := range themes(t) {
				seen := b.picture(url, theme)
				for name, least := range map[string]float64{"page": 0.2, c.colour: 0.2} {
					if got := share(seen, colours[name]); got < least {
						t.Errorf("%s: only %.1f%% of the top of the page are %s, the colour %q", theme, got*100, colours[name], name)
					}
				}
				if *update {
					save(t, c.picture, theme, seen)
				}
			}
		})
	}
}

// share returns the share of pixels at the top of a picture that have a colour.
func share(seen image.Image, colour string) float64 {
	const top = 200
	n := 0
	for y := range top {
		for x := range seen.Bounds().Dx() {
			r, g, b, _ := seen.At(x, y).RGBA()
			if fmt.Sprintf("#%02x%02x%02x", r>>8, g>>8, b>>8) == colour {
				n++
			}
		}
	}
	return float64(n) / float64(top*seen.Bounds().Dx())
}

func save(t *testing.T, name, theme string, seen image.Image) {
	t.Helper()
	if theme == "dark" {
		name += "-dark"
	}
	var file bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&file, indexed(seen)); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join("..", "..", "testdata", "page", name+".png")
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, file.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}

// indexed returns a picture with its 256 most frequent colours, which is a third of the size.
func indexed(seen image.Image) image.Image {
	pixels := map[color.Color]int{}
	each := func(fn func(x, y int, c color.Color)) {
		for y := seen.Bounds().Min.Y; y < seen.Bounds().Max.Y; y++ {
			for x := seen.Bounds().Min.X; x < seen.Bounds().Max.X; x++ {
				fn(x, y, seen.At(x, y))
			}
		}
	}
	each(func(_, _ int, c color.Color) { pixels[c]++ })
	common := slices.SortedFunc(maps.Keys(pixels), func(a, b color.Color) int {
		return cmp.Or(pixels[b]-pixels[a], cmp.Compare(fmt.Sprint(a), fmt.Sprint(b)))
	})
	few := image.NewPaletted(seen.Bounds(), common[:min(256, len(common))])
	nearest := map[color.Color]uint8{}
	for c := range pixels {
		nearest[c] = uint8(few.Palette.Index(c))
	}
	each(func(x, y int, c color.Color) { few.SetColorIndex(x, y, nearest[c]) })
	return few
}

// This proves that the console reports violations of the policy.
func TestABrowserReportsAStyleThatThePolicyForbids(t *testing.T) {
	b := newBrowser(t)
	store, _ := follow(t, good)
	server := serve(t, named(store), func(body string) string { return strings.Replace(body, "<style>", "<style> ", 1) })
	if _, console := b.dump(server.URL); !strings.Contains(strings.Join(console, ""), "Content Security Policy") {
		t.Errorf("the console has %q", console)
	}
}

// serve serves a handler. Each page is changed by change.
func serve(t *testing.T, h http.Handler, change func(body string) string) *httptest.Server {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		rec := httptest.NewRecorder()
		h.ServeHTTP(rec, r)
		for name, values := range rec.Header() {
			w.Header()[name] = values
		}
		body := rec.Body.String()
		if strings.HasPrefix(rec.Header().Get("Content-Type"), "text/html") {
			body = change(body)
		}
		w.Header().Del("Content-Length")
		w.WriteHeader(rec.Code)
		_, _ = w.Write([]byte(body))
	}))
	t.Cleanup(server.Close)
	return server
}

// A browser sends the origin of a form differently for an address that it trusts, such as
// that of this machine, and for others, such as one without TLS.
func TestTheButtonWorksInABrowserAndNotFromAnotherSite(t *testing.T) {
	b := newBrowser(t)
	for _, host := range []string{"127.0.0.1", "shop.example"} {
		for _, elsewhere := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, from elsewhere: %v", host, elsewhere), func(t *testing.T) {
				store, path := follow(t, good, config.WithoutWatch())
				page := confighttp.Handler(confighttp.Named("shop", store), confighttp.WithReload(), confighttp.WithHosts("shop.example"))
				mux := http.NewServeMux()
				mux.Handle("/debug/config/", http.StripPrefix("/debug/config", page))
				server := httptest.NewServer(mux)
				defer server.Close()
				at := "http://" + host + strings.TrimPrefix(server.URL, "http://127.0.0.1") + "/debug/config/"
				mux.Handle("/debug/config/press", presses(page, at))
				from := at + "press"
				if elsewhere {
					other := httptest.NewServer(presses(page, at))
					defer other.Close()
					from = other.URL
				}
				put(t, path, strings.ReplaceAll(good, "conns: 20", "conns: 30"))

				dom, _ := browser{t, b.path}.dump(from, "--host-resolver-rules=MAP shop.example 127.0.0.1")
				reloaded := store.Current().DB.Conns == 30
				if reloaded == elsewhere {
					t.Errorf("reloaded: %v", reloaded)
				}
				want := "Serving version 2, as it is on disk"
				if elsewhere {
					want = "cross-origin request"
				}
				if !strings.Contains(dom, want) {
					t.Errorf("%q is not in what the browser shows in the end:\n%s", want, dom)
				}
			})
		}
	}
}

// presses serves the page with a script that presses its button. So it has none of the page's
// headers except the one that affects the form.
func presses(page http.Handler, at string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		rec := httptest.NewRecorder()
		page.ServeHTTP(rec, httptest.NewRequest(http.MethodGet, "http://localhost/", nil))
		w.Header().Set("Referrer-Policy", rec.Header().Get("Referrer-Policy"))
		w.Header().Set("Content-Type", rec.Header().Get("Content-Type"))
		body := strings.Replace(rec.Body.String(), `action="`, `action="`+at, 1)
		_, _ = w.Write([]byte(strings.Replace(body, "</body>", "<script>document.querySelector('button').click()</script></body>", 1)))
	})
}
