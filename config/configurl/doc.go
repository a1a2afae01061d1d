// Package configurl is a source that reads a configuration from a web server:
//
//	app := configurl.New("https://config.example.com/app.yaml", configurl.BearerTokenFile("/var/run/secrets/config/token"))
//	cfg, err := config.Load[Config](config.WithSource(app))
//
// It needs the standard library alone. The body of the answer to a GET of the URL is one document,
// and is validated like a file: problems are at https://config.example.com/app.yaml:4:2.
//
// # Polling
//
// A web server announces no changes, so the URL is read every 30 seconds, or as often as
// [config.PollEvery] sets. Unchanged content is not sent again: requests are conditional on the
// ETag, or else the Last-Modified, of the last answer. Servers that derive both from a time in
// seconds can send the same for different content. So they are used only once the content is a
// minute old, and for ten minutes, after which the content is read whole again. Cache-Control:
// max-age delays the next reading by up to a minute, Retry-After by up to five. Each reading opens
// a connection and closes it.
//
// # Answers
//
// 200 OK is content. After 404 Not Found and 410 Gone, the content does not exist: an optional
// source sets nothing then. An answer that is too large, in another character set than UTF-8, or
// refused by [Verify] is rejected, like a bad file. After anything else, such as another status, an
// error of the network, a truncated body or an HTML page, the source is stale: the content that was
// read last stays in force; see [config.WithSource].
//
// # Credentials
//
// A password in the URL is an error. Credentials are headers, which [Header] and [BearerTokenFile]
// make anew for each request. They are sent to the origin of the URL alone (scheme, host and port):
// a redirect to another one is not followed. Without TLS, only a loopback address is read, unless
// [AllowHTTP] is given. Neither headers nor the query of the URL, which can have a signature, are in
// any problem, name or log record.
package configurl
