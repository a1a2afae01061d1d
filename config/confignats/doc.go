// Package confignats reads and follows a key of a bucket of NATS JetStream's key-value store:
// a change is in force a moment after it is written.
//
//	nc, err := nats.Connect(url, nats.MaxReconnects(-1), nats.PingInterval(20*time.Second))
//	js, err := jetstream.New(nc)
//	cfg, err := config.Load[Config](
//		config.WithSource(confignats.New(js, "config", "app.yaml")),
//		config.WithSource(confignats.New(js, "config", "db.yaml", confignats.Secret())),
//	)
//
// The value of the key is one document, in the format of the key's extension. There are no
// transactions over several keys, so two sources are two documents, and two generations: what
// belongs together belongs into one key.
//
// # Connection
//
// The connection stays its owner's: it has the credentials and the TLS, none of its handlers is
// replaced, and it is never closed. When it is away for more than a moment, the source is stale;
// when it is back, the key is read at once. By default, a connection of nats.go gives up after two minutes
// without a server, or when a server has refused its credentials twice, and notices only after
// four minutes that it has died silently. nats.MaxReconnects(-1), nats.IgnoreAuthErrorAbort and
// nats.PingInterval change that, and nats.RetryOnFailedConnect(true) has a service start without
// a server, on what [config.WithLastGood] has stored.
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
// The last one to publish to has all keys of the bucket read. It can be left out where the bucket
// permits direct gets, as those do that nats.go or the nats command has made: then the source is
// stale, rather than missing, when the bucket is deleted, and while a replica that is behind answers.
//
// # What is read
//
// Any replica of the bucket, and a mirror that serves it, may answer a direct get, also one that
// is behind. An answer that is older than what was read or announced before is not used: then
// the leader of the bucket is asked.
//
// The key is watched by an ephemeral consumer, which begins with the present value, so that no
// change is lost between a read and the watch, even if the bucket was deleted and made again.
// It is deleted when the watch ends, or by the server some seconds later. Without a heartbeat
// for ten seconds, the watch ends, and the key is read. A bucket that is missing is looked for
// each second. No event, but the next poll ([config.PollEvery]), has what expires in a bucket
// without LimitMarkerTTL, and what a purge of the stream, rather than of the key, removes.
//
// # Faults
//
// What is missing is rejected, or sets nothing by [config.WithOptionalSource]:
//
//	there is no bucket config
//	the bucket config has no key app.yaml
//	the key app.yaml was deleted from the bucket config
//	the key app.yaml was purged from the bucket config
//	the key app.yaml of the bucket config has expired
//
// What makes the source stale is the reason in its status, and is logged once:
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
// A watch that cannot be leaves the poll, with the reason in the status: that it is not permitted, that
// there are too many consumers, or:
//
//	nothing has come, not even a heartbeat, for 10s
//
// # Latency
//
// On the loopback interface, a put is in force after 0.3 ms, where a watch of nats.go has it
// after 0.1 ms; what was put while the server restarted, after 8 ms, where that watch has it
// after 20 s (BenchmarkLatency, BenchmarkReconnect).
package confignats
