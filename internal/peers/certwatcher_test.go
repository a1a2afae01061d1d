//go:build linux && all

package peers

import (
	"context"
	"crypto/tls"
	"sync/atomic"
	"time"

	"sigs.k8s.io/controller-runtime/pkg/certwatcher"

	"example.com/lastgood/internal/scenario"
)

// certwatcherLibrary is controller-runtime's certwatcher, with certificate and
// key in one file.
func certwatcherLibrary(name string, interval time.Duration) scenario.Library {
	return scenario.Library{Name: name, Content: keyPair, Open: func(t scenario.Target) (scenario.Subject, error) {
		w, err := certwatcher.New(t.Path, t.Path)
		if err != nil {
			return nil, err
		}
		w.WithWatchInterval(interval)
		ctx, cancel := context.WithCancel(context.Background())
		s := certs{w, cancel}
		go func() { _ = w.Start(ctx) }()
		if err := awake(); err != nil {
			cancel()
			return nil, err
		}
		var known atomic.Bool // the callback is called at once
		w.RegisterCallback(func(tls.Certificate) {
			if known.Load() {
				t.Notify(s.View()) // the order of the calls is not defined
			}
		})
		known.Store(true)
		return s, nil
	}}
}

type certs struct {
	*certwatcher.CertWatcher
	cancel func()
}

// View returns the version of the key pair. Its halves were compared when it was parsed.
func (c certs) View() (int, error) {
	cert, err := c.GetCertificate(nil)
	if err != nil {
		return 0, err
	}
	return int(cert.Leaf.SerialNumber.Int64()) - firstSerial, nil
}

func (c certs) Close() { c.cancel() }
