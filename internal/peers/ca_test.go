//go:build linux && all

package peers

import (
	"context"

	"k8s.io/apiserver/pkg/server/dynamiccertificates"

	"example.com/lastgood/internal/scenario"
)

// caLibrary is the watcher of the Kubernetes API server for a bundle of certificate authorities. It retries a
// failed watch after a minute, which is too late for a run.
func caLibrary() scenario.Library {
	return scenario.Library{Name: "API server's CA", Content: bundle, Open: func(t scenario.Target) (scenario.Subject, error) {
		content, err := dynamiccertificates.NewDynamicCAContentFromFile("peer", t.Path)
		if err != nil {
			return nil, err
		}
		ctx, cancel := context.WithCancel(context.Background())
		s := ca{content, cancel}
		content.AddListener(listener(func() { t.Notify(s.View()) }))
		go content.Run(ctx, 1)
		if err := awake(); err != nil {
			cancel()
			return nil, err
		}
		return s, nil
	}}
}

type listener func()

func (l listener) Enqueue() { l() }

type ca struct {
	content *dynamiccertificates.DynamicFileCAContent
	cancel  func()
}

func (c ca) View() (int, error) { return bundleVersion(c.content.CurrentCABundleContent()) }

func (c ca) Close() { c.cancel() }
