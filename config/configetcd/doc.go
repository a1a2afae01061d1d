// Package configetcd reads and follows configuration that is kept in etcd.
//
//	client, err := clientv3.New(clientv3.Config{Endpoints: endpoints, TLS: trusted, DialKeepAliveTime: 10 * time.Second, DialKeepAliveTimeout: 5 * time.Second})
//	…
//	cfg, err := config.Load[Config](config.WithSource(configetcd.New(client, "/config/app")))
//
// The keys below a prefix are documents, in the format of their extensions: problems name them
// as etcd:/config/app/config.yaml:4:2. [Keys], [Values], [Secret] and [OneKey] select keys. All
// keys are read at one revision and watched from the next one, so that a transaction is one
// generation and no change is lost between a read and the watch. After a compaction, the keys
// are read again. A key is missing once its lease has expired. The package adds 8 MB to a
// program.
//
// # Clients
//
// [New] uses a client of the caller, with its endpoints, TLS and user. Set its
// DialKeepAliveTime, to 5 seconds or more, since servers close connections with more frequent
// pings: without it, a dead connection is not detected for many minutes. Set its Logger, such as
// zap.NewNop: by default, each attempt to connect is logged. clientv3.New does not wait for the
// server, except with a Username: then it fails while the server is away, and the program cannot
// start from [config.WithLastGood]. [Dial] can, and it supports credentials that change.
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
// Reads are linearizable: they need a majority of the members, and never return older content
// than a read before. A request has 128 keys, all at the revision of the first request. With a
// server on the same machine, a change is published 0.6 ms after it is written, 0.25 ms of which
// are the server's and the client's. A watch has a stream of its own in the client and needs a
// leader. It ends when the last connection is lost, when another cluster answers, or after 30
// seconds without an answer; it requests one after 15. When it ends, and at each poll
// ([config.PollEvery]), the keys are read.
//
// # Faults
//
// If no key is below the prefix, or if a key is missing that an option names, the content does
// not exist: it is rejected as missing_file, unless the source is optional. Also rejected are a
// key that cannot be the name of a document, a key that is the prefix with only its slash, and
// content that is too large ([MaxSize], [config.WithMaxSize], [config.WithMaxFiles], or
// MaxCallRecvMsgSize of the client). In all other cases the source is stale and nothing is
// rejected; the status and the log have one of these reasons, with advice:
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
//	error reading server preface: …                       the server requires TLS, or is not etcd
//	unknown service etcdserverpb.KV                       another gRPC server
//	the client is closed                                  it was closed before the store
//
// While a member restarts or a leader is elected, the client uses the other members if it has
// their endpoints; otherwise the source can be stale until that is over. Changes made meanwhile
// are published then.
package configetcd
