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
// replaced, and it is never closed. By default, a connection of nats.go gives up after two
// minutes without a server, or when the server has refused its credentials twice, and notices only
// after four minutes that it has died silently: nats.MaxReconnects(-1),
// nats.IgnoreAuthErrorAbort and nats.PingInterval change that, and
// nats.RetryOnFailedConnect(true) has a service start without a server, on what
// config.WithLastGood has stored.
//
// While there is no connection, the source is stale; when there is one again, the key is read
// at once.
//
// # Permission
//
// These subjects are needed to read app.yaml in the bucket config, and no other key, with
// _INBOX as the prefix of the connection's inboxes. Without one, the source is stale or polled,
// and the reason, in the status and the log, lists them.
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
// STREAM.MSG.GET permits to read all keys of the bucket. Who must not may do without it, if the
// bucket permits direct gets, as all do that are made as such: then the source is stale, rather
// than missing, when the bucket is deleted, and while a replica that is behind answers.
//
// # What is read
//
// Any replica of the bucket, and a mirror that serves it, may answer a direct get, also one that
// is behind. An answer that is older than what was read or announced before is not used: then
// the leader of the bucket is asked. A key that is deleted, purged, has expired or was never put
// is missing, and so is each key of a bucket that does not exist.
//
// The key is watched by an ephemeral consumer, which begins with the present value, so that no
// change is lost between a read and the watch, even if the bucket was deleted and made again.
// It is deleted when the watch ends, or by the server, some seconds later. Without a heartbeat
// for ten seconds, the watch ends, and the key is read. A bucket that is missing is looked for
// each second. No event, but the next poll ([config.PollEvery]), has what expires in a bucket
// without LimitMarkerTTL, and what a purge of the stream, rather than of the key, removes.
package confignats
