package confighttp

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"html/template"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"example.com/lastgood/internal/redact"
)

//go:embed page.html
var pageHTML string

//go:embed page.css
var style string

// styleHash is the hash by which the policy allows the style sheet of the page alone.
var styleHash = func() string {
	sum := sha256.Sum256([]byte(style))
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}()

var pageTemplate = template.Must(template.New("page").Funcs(template.FuncMap{
	"count":     count,
	"noticedBy": noticedBy,
	"round":     round,
	"text":      redact.Escape,
	"value":     newShownValue,
	"when":      newMoment,
}).Parse(pageHTML))

// page is the data of the template.
type page struct {
	Title   string
	Icon    template.URL
	Style   template.CSS
	Now     moment
	Reloads bool
	Base    string // the prefix of relative links to paths below the page
	Stores  []section
}

// show sends the page, or its JSON.
func (h *handler) show(w http.ResponseWriter, r *http.Request, json bool) {
	only, known := partOf(r)
	if !known || only != all && !json {
		refuse(w, r, json, http.StatusBadRequest, "the query \"only\" is for JSON, and is status or summary")
		return
	}
	if json {
		h.answer(w, r, json, http.StatusOK, func(body io.Writer) error { return h.writeJSON(body, only) })
		return
	}
	q, err := h.listingQuery(r)
	if err != nil {
		refuse(w, r, json, http.StatusBadRequest, err.Error())
		return
	}
	h.answer(w, r, json, http.StatusOK, func(body io.Writer) error {
		views := make([]view, len(h.stores))
		for i, s := range h.stores {
			views[i] = s.view(all)
		}
		return pageTemplate.Execute(body, h.page(views, q, r))
	})
}

func (h *handler) page(views []view, q listingQuery, r *http.Request) page {
	now := h.now()
	p := page{Style: template.CSS(style), Now: newMoment(time.Time{}, now), Reloads: h.reloads, Base: base(r)}
	worst := ok
	for _, v := range views {
		p.Stores = append(p.Stores, newSection(v, q))
		if v.state().worse(worst) {
			worst = v.state()
		}
	}
	p.Icon = icon(worst)
	p.Title = title(views, worst)
	return p
}

// title returns the worst state and the stores in it.
func title(views []view, worst state) string {
	var names []string
	for _, v := range views {
		if v.state() == worst {
			names = append(names, v.name)
		}
	}
	return string(worst) + ": " + strings.Join(names, ", ") + " – configuration"
}

// icon returns a disc in the colour of the state.
func icon(s state) template.URL {
	colour := map[state]string{ok: "#1a7f37", attention: "#9a6700", rejected: "#cf222e"}[s]
	svg := `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><circle cx="8" cy="8" r="7" fill="` + colour + `"/></svg>`
	return template.URL("data:image/svg+xml," + url.PathEscape(svg))
}

// base returns the prefix of relative links to paths below the page. It is empty if the path ends
// in a slash; some routers also pass on a path without one, whose last part is needed then.
func base(r *http.Request) string {
	path, _, _ := strings.Cut(r.RequestURI, "?")
	if last := path[strings.LastIndexByte(path, '/')+1:]; last != "" {
		return "./" + last + "/"
	}
	return ""
}
