// Package configurl reads configuration from a web server:
//
//	app := configurl.New("https://config.example.com/app.yaml", configurl.BearerTokenFile("/var/run/secrets/config/token"))
//	cfg, err := config.Load[Config](config.WithSource(app))
//
// It needs the standard library alone. The document is what a GET of the URL answers, whole,
// and is judged like a file: problems name it as https://config.example.com/app.yaml:4:2.
//
// # Polling
//
// A web server announces no changes, so the URL is read every 30 seconds, or as
// [config.PollEvery] says. What has not changed is not sent again: the request has the ETag,
// or else the Last-Modified, of the last answer. Both can be equal although the content is
// not, as with the servers that make them of a time in seconds; so they are used only once
// the content is a minute old, and for ten minutes, after which it is read whole again. The
// server's Cache-Control: max-age counts up to a minute, its Retry-After up to five. Each
// reading has a connection of its own, so that none is left over.
//
// # What an answer means
//
// 200 OK is content. 404 Not Found and 410 Gone are content that does not exist: an optional
// source sets nothing then. An answer that is too large, in another character set than UTF-8,
// or refused by [Verify] is rejected, as a bad file is. After anything else, be it a status, an
// error of the network, a body that is cut off or an HTML page instead, nothing is known of
// the content, and what was read last stays; see [config.WithSource].
//
// # Credentials
//
// A password in the URL is an error; credentials are headers, which [Header] and
// [BearerTokenFile] make anew for each request. They are sent to no other origin (scheme, host
// and port): a redirect to another one is not followed. Without TLS, only a loopback address
// is read, unless [AllowHTTP] is given. Neither headers nor the URL's query, which may have a
// signature in it, are in any problem, name or line of the log.
package configurl
