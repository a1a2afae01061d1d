package confighttp

import (
	"mime"
	"net/http"
	"strconv"
	"strings"
)

// wantsJSON tells whether a request is to be answered with JSON, or with HTML. The
// query has the last word; it is not ok if that asks for something else.
func wantsJSON(r *http.Request) (json, ok bool) {
	switch r.URL.Query().Get("format") {
	case "json":
		return true, true
	case "html":
		return false, true
	case "":
		json, html := quality(r, "application/json"), quality(r, "text/html")
		return json > html && json > 0, true
	}
	return false, false
}

// quality is how much a request wants a media type that it names, or -1. What only a
// wildcard covers is not named: then it is HTML, as for a browser.
func quality(r *http.Request, mediaType string) float64 {
	for _, part := range strings.Split(strings.Join(r.Header.Values("Accept"), ","), ",") {
		named, params, err := mime.ParseMediaType(part)
		if err != nil || named != mediaType {
			continue
		}
		q, err := strconv.ParseFloat(params["q"], 64)
		if err != nil {
			return 1
		}
		return q
	}
	return -1
}
