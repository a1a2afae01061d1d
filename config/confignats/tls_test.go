package confignats_test

import (
	"crypto/tls"
	"crypto/x509"
	"net/http/httptest"
	"testing"

	"github.com/nats-io/nats.go"
)

func TestTLSIsThatOfTheConnection(t *testing.T) {
	t.Parallel()
	known := httptest.NewTLSServer(nil) // has a certificate for this machine
	defer known.Close()
	b := newBroker(t)
	b.put(text1)
	b.opts.TLSConfig = known.TLS.Clone()
	b.opts.TLSConfig.NextProtos = nil
	b.restart()

	roots := x509.NewCertPool()
	roots.AddCert(known.Certificate())
	f := follow(t, b.source(nats.Secure(&tls.Config{RootCAs: roots})))
	f.reaches(1)
	b.put(text2)
	f.reaches(2)
	b.restart()
	b.put(text(3))
	f.reaches(3)

	// Without the authority, nothing is read.
	s := b.source(nats.Secure(&tls.Config{}), nats.RetryOnFailedConnect(true))
	if _, err := s.Read(t.Context()); kindOf(err) != "stale" {
		t.Errorf("Read returns %v", err)
	}
}
