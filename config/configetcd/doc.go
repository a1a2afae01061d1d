// Package configetcd reads and follows configuration that is kept in etcd.
//
//	client, err := clientv3.New(clientv3.Config{Endpoints: endpoints, TLS: trusted, DialKeepAliveTime: 10 * time.Second, DialKeepAliveTimeout: 5 * time.Second})
//	…
//	cfg, err := config.Load[Config](config.WithSource(configetcd.New(client, "/config/app")))
//
// The keys below a prefix are documents, in the format of their extensions: problems name them
// as etcd:/config/app/config.yaml:4:2. [Keys], [Values], [Secret] and [OneKey] choose. All of
// them are read at one revision and watched from the next one, so that a transaction is one
// generation, and no change is lost in between: neither one that comes before the watch, nor
// one of before a compaction, after which the keys are read anew. What a lease holds is gone
// when that ends. A program that needs this package becomes larger by 8 MB.
//
// # Clients
//
// [New] is given a client, with its endpoints, TLS and user. Such a client needs
// DialKeepAliveTime, or it does not notice for many minutes that a connection has died
// silently; at most once in 5 seconds, as servers end connections with more pings. It also
// needs a Logger, such as zap.NewNop, as it logs each try to reach a server that is away.
// clientv3.New does not wait for the server, except with a Username: then it fails when the
// server is away, and there is no source that [config.WithLastGood] could stand in for. [Dial]
// is for that, and for credentials that change.
//
// A user needs a role that may read the keys:
//
//	etcdctl role grant-permission app --prefix=true read /config/app/
//
// and for [OneKey]
//
//	etcdctl role grant-permission app read /config/app.yaml
//
// # Reading and watching
//
// Reads are linearizable: they need the majority of the members, and never return what is
// older than before. There are 128 keys to a request, all at the revision of the first. A
// watch announces a change a quarter of a millisecond after it is written to a server on the
// same machine, and the change is in force as much later again. A watch has a stream of its
// own in the client, needs a leader, and ends when the last connection is lost, when another
// cluster answers, or when the server has not answered for 30 seconds, for which it is asked
// after 15. Then, and beside it ([config.PollEvery]), the keys are read.
//
// # Faults
//
// Where no key is below the prefix, or one is missing that an option names, the content does
// not exist: it is rejected as missing_file, unless the source is optional. Rejected, too, is a
// key that cannot be the name of a document, a key that is the prefix with its slash alone, and
// content that is too large ([MaxSize], [config.WithMaxSize], [config.WithMaxFiles], or
// MaxCallRecvMsgSize of the client). Everything else rejects nothing: the source is stale, and
// the status and the log have, with what to do about it:
//
//	dial tcp 10.0.0.1:2379: connect: connection refused   no server listens; logged, and tried again
//	no answer in time                                     no majority, a network that drops, a dead connection
//	etcdserver: no leader, …: request timed out           the majority of the members is lost
//	etcdserver: permission denied                         with the command that permits it
//	etcdserver: user name is empty                        the server knows users, the client has none
//	etcdserver: authentication failed, …                  another password
//	etcdserver: invalid auth token                        a Token that has expired
//	authentication handshake failed: … x509: …            TLS does not trust the server
//	authentication handshake failed: EOF                  the server has no TLS
//	error reading server preface: …                       the server wants TLS, or is none of etcd
//	unknown service etcdserverpb.KV                       another server of gRPC
//	the client is closed                                  before the store was
//
// A member that restarts and a new leader are bridged by the client where it has the endpoints
// of other members; otherwise the source may be stale for the moment. A change that is made
// meanwhile comes when it is over.
package configetcd
