package confignats_test

import (
	"testing"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"

	"example.com/lastgood/config"
	"example.com/lastgood/config/configtest"
)

func TestAKeyKeepsTheRules(t *testing.T) {
	t.Parallel()
	var b *broker
	configtest.TestSource(t, configtest.SourceHarness{
		New: func(t *testing.T) config.Source {
			b = newBroker(t)
			return b.source(nats.IgnoreAuthErrorAbort())
		},
		Put:    func(_ *testing.T, documents map[string]string) { b.put(documents[""]) },
		Delete: func(*testing.T) { b.remove() },
		Names:  []string{""},
		Deny: func(*testing.T) func() {
			b.permit(&server.Permissions{Publish: &server.SubjectPermission{Deny: []string{"$JS.>"}}})
			return func() { b.permit(readerMay()) }
		},
		Break:   func(*testing.T) func() { b.network.cut(true); return func() { b.network.cut(false) } },
		Stall:   func(*testing.T) func() { b.proxy.Stall(); return b.proxy.Resume },
		Restart: func(*testing.T) { b.restart() },
		Expire:  func(*testing.T) { b.recreate() },
		Rotate:  func(*testing.T) { b.rotate() },
	})
}
