// Package confignats reads and follows a key of a bucket of NATS JetStream's key-value store:
// a change is published a moment after it is written.
//
//	nc, err := nats.Connect(url, nats.MaxReconnects(-1), nats.PingInterval(20*time.Second))
//	js, err := jetstream.New(nc)
//	cfg, err := config.Load[Config](
//		config.WithSource(confignats.New(js, "config", "app.yaml")),
//		config.WithSource(confignats.New(js, "config", "db.yaml", confignats.Secret())),
//	)
//
// The value of the key is one document, in the format of the key's extension. There are no
// transactions over several keys, so two sources are two generations: settings that must change
// together belong in one key.
//
// # Connection
//
// The connection belongs to the caller, with its credentials and TLS: none of its handlers is
// replaced, and it is never closed. While it is lost, the source is stale; after a reconnect the
// key is read at once. By default, a connection of nats.go gives up after two minutes without a
// server, or when a server has refused its credentials twice, and detects only after four minutes
// that it is dead. nats.MaxReconnects(-1), nats.IgnoreAuthErrorAbort and nats.PingInterval change
// that. With nats.RetryOnFailedConnect(true), a service can start without a server, from
// [config.WithLastGood].
//
// # Permission
//
// These subjects are needed for the key app.yaml of the bucket config, with _INBOX as the prefix
// of the connection's inboxes.
//
//	publish: [
//	  "$JS.API.DIRECT.GET.KV_config.$KV.config.app.yaml",
//	  "$JS.API.CONSUMER.CREATE.KV_config.*.$KV.config.app.yaml",
//	  "$JS.API.CONSUMER.MSG.NEXT.KV_config.*",
//	  "$JS.API.CONSUMER.DELETE.KV_config.*",
//	  "$JS.API.STREAM.MSG.GET.KV_config",
//	]
//	subscribe: ["_INBOX.>"]
//
// The last subject to publish to permits reading all keys of the bucket. It is not needed if the
// bucket allows direct gets, as those made by nats.go or the nats command do; without it, the source
// is stale, rather than missing, when the bucket is deleted, and while a lagging replica answers.
//
// # What is read
//
// A direct get may be answered by any replica of the bucket, or by a mirror, which can lag behind.
// An answer that is older than the content read or announced before is discarded, and the key is
// read from the leader of the bucket.
//
// The key is watched by an ephemeral consumer, which begins with the present value, so that no
// change is lost between a read and the watch, even if the bucket was deleted and made again.
// It is deleted when the watch ends, or by the server some seconds later. Without a heartbeat
// for ten seconds, the watch ends, and the key is read. While the bucket is missing, it is checked
// every second. There is no event for a key that expires in a bucket without LimitMarkerTTL, nor
// for a purge of the stream rather than the key: the next poll ([config.PollEvery]) finds these.
//
// # Faults
//
// A missing key is rejected, or sets nothing with [config.WithOptionalSource]:
//
//	there is no bucket config
//	the bucket config has no key app.yaml
//	the key app.yaml was deleted from the bucket config
//	the key app.yaml was purged from the bucket config
//	the key app.yaml of the bucket config has expired
//
// In these cases the source is stale; the reason is in its status and logged once:
//
//	there is no connection to a server now
//	there is no connection to a server now: nats: authorization violation
//	the connection is closed; its owner has closed it, or it has given up: …
//	the connection was lost
//	no answer in time
//	nats: permissions violation: Permissions Violation for Publish to "…"; it needs {publish: […], subscribe: […]}
//	JetStream does not answer; it is not enabled on the server, or has other subjects than $JS.API.>: …
//	nats: API error: code=503 err_code=10039 description=JetStream not enabled for account; enable …
//	nats: API error: code=503 err_code=10008 description=JetStream system temporarily unavailable
//
// If the key cannot be watched, it is polled, with the reason in the status: a missing permission,
// too many consumers, or:
//
//	nothing has come, not even a heartbeat, for 10s
//
// # Latency
//
// On the loopback interface, a put is published after 0.3 ms, and a watch of nats.go returns it
// after 0.1 ms. A put made while the server restarts is published 8 ms after the reconnect; that
// watch returns it after 20 s (BenchmarkLatency, BenchmarkReconnect).
package confignats
