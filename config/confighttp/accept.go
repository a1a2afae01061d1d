package confighttp

import (
	"mime"
	"net/http"
	"strconv"
	"strings"
)

// wantsJSON reports whether a request is answered with JSON rather than HTML. The query "format"
// overrides the header Accept; ok is false if its value is neither.
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

// quality returns the quality that the header Accept gives to a media type, or -1 if it does not
// name it. Wildcards do not count, so that a browser gets HTML.
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
