// Package confighttp shows how configurations are doing: a page for the person who
// was woken, and the same as JSON.
//
//	mux.Handle("/debug/config/", http.StripPrefix("/debug/config",
//		confighttp.Handler(confighttp.Named("app", cfg))))
//
// The page says first whether what is on disk is what is running; then what is
// wrong, with the offending line; then every setting with its value and where it
// comes from; then what changed lately. It needs no script and nothing from
// elsewhere, and can be read on a telephone, in the dark, and by a screen reader.
//
// Of more than 200 settings the page lists 200 at once, in the order of the fields, and has a
// field to search for what is in a key or a shown value. These are queries: "store" names the
// store if there are several, "search" is the text, and "page" counts from 1.
//
// [Handler] is an ordinary [net/http.Handler], which registers itself nowhere. It is
// safe for concurrent use, and keeps nothing: each request asks the stores anew.
//
// It makes one answer at a time, and sends it in pieces of 64 KiB, so that the memory it takes
// does not grow with the number of settings and clients. Four answers can be under way at once.
// Others wait for up to 10 seconds, and then get 503 Service Unavailable with a Retry-After.
// Unless the server has a WriteTimeout, a client has 10 seconds to take each piece.
//
// # Who may see it
//
// Secrets are redacted before they reach this package. Everything else is shown:
// values, paths, names of variables, what other teams' hosts are called. So serve it
// where the metrics are, on a port that the world does not reach, or behind the
// application's own access control, which is a handler around this one. Or serve it on a
// Unix socket, by [ListenUnix], where the command config status asks for it.
//
// Each answer forbids scripts, framing, caching and everything from elsewhere. What cannot
// be seen in a text, such as control characters and marks that turn the direction of
// writing, is escaped.
//
// The page and its JSON are shown whatever the header Host has, as metrics are, so that
// they can be reached under all names of a service. A site whose name leads here for a
// moment (DNS rebinding) can then read them with the browser of somebody who can reach
// this port. [WithHosts] prevents that. Reloads are never taken from such a site.
//
// # A webhook
//
// [Admission] is another handler: an admission webhook of Kubernetes, which denies ConfigMaps
// and Secrets that are not good before they are written.
//
// # JSON
//
// A request with "Accept: application/json", or with ?format=json, is answered with
//
//	{"stores": [{"name": …, "state": …, "summary": …, "healthy": …, "status": …, "settings": […], "history": […]}]}
//
// where the state is "ok", "attention" or "rejected", the summary is the headline of
// the page, healthy is whether [config.Store.CheckHealth] returns nil, the status is a
// [config.Status], the settings are of [config.Setting] and the history, with the newest
// version last, of [config.Version]. With ?only=status there are no settings and no
// history; with ?only=summary, of the status only what is always short, such as the
// digests. What these give away of a secret is said at [config.Digests]. Infinities and NaN, which JSON has no numbers for, are strings. The
// page cuts what is very long; JSON does not. The answer is 200 OK whatever the state:
// the page is well, even if the configuration is not.
package confighttp
