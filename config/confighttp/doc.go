// Package confighttp serves the state of configurations: a page for the person who is on call,
// and the same as JSON.
//
//	mux.Handle("/debug/config/", http.StripPrefix("/debug/config",
//		confighttp.Handler(confighttp.Named("app", cfg))))
//
// The page shows first whether what is on disk is what is running; then the problems, each with
// the offending line; then every setting with its value and its origin; and then the history. It
// uses no script and loads nothing, and works on a telephone, in a dark theme and with a screen
// reader.
//
// If there are more than 200 settings, the page lists 200 at once, in the order of the fields, and
// has a field to search in keys and shown values. The queries are "store", the name of a store if
// there are several, "search", the text, and "page", which counts from 1. Of problems, pending
// changes, paths, files and remarks, the page shows 100 each; the JSON has all.
//
// [Handler] returns an ordinary [net/http.Handler], and registers it nowhere. It is safe for
// concurrent use and holds no state: each request reads that of the stores.
//
// It renders one answer at a time, and sends it in pieces of 64 KiB, so that the memory it needs
// does not grow with the number of settings and clients. Four answers can be begun at once. Other
// requests wait for up to 10 seconds, and then get 503 Service Unavailable with a Retry-After.
// Unless the server has a WriteTimeout, a client has 10 seconds to take each piece.
//
// # Access
//
// Secrets are redacted before they reach this package. Everything else is shown: values, paths,
// names of variables, hosts of other teams. So serve the page where the metrics are, on a port that
// is not public, or behind the application's own access control, as a handler around this one. Or
// serve it on a Unix socket, by [ListenUnix], where the command "config status" requests it.
//
// Each answer forbids scripts, framing, caching and all content of other origins. Invisible
// characters, such as control characters and marks that change the direction of writing, are
// escaped.
//
// The page and its JSON are served for any header Host, as metrics are, so that they can be reached
// by every name of a service. A site that makes its own name lead here for a moment (DNS rebinding)
// can then read them with the browser of a person who can reach this port. [WithHosts] prevents
// that. Reloads are never accepted from such a site.
//
// # A webhook
//
// [Admission] is another handler: an admission webhook of Kubernetes, which denies ConfigMaps and
// Secrets that are not good before they are written.
//
// # JSON
//
// A request with "Accept: application/json" or the query "format=json" is answered with
//
//	{"stores": [{"name": …, "state": …, "summary": …, "healthy": …, "status": …, "settings": […], "history": […]}]}
//
// The state is "ok", "attention" or "rejected", the summary is the headline of the page, healthy
// reports whether [config.Store.CheckHealth] returns nil, the status is a [config.Status], the
// settings are of [config.Setting] and the history, oldest version first, of [config.Version].
// With the query "only=status", settings and history are left out; with "only=summary", also those
// parts of the status that can be long. [config.Digests] describes what digests reveal of a secret.
// Infinities and NaN, for which JSON has no numbers, are strings. The page truncates long texts;
// JSON does not. The answer is 200 OK whatever the state is.
package confighttp
