package main

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"time"

	"example.com/lastgood/config"
	"example.com/lastgood/internal/volume"
)

// key is the key of the ConfigMap: the name of the file in its volume.
const key = "config.yaml"

// versions are the contents of the ConfigMap, one after the other.
//
//go:embed versions/*.yaml
var versions embed.FS

// mount is the volume with the ConfigMap. The demo changes it as the kubelet does.
type mount interface {
	Path(key string) string
	Update(files map[string]string) error
	Remove() error
}

// demo changes a ConfigMap under a running service in all ways, prints what happens, and checks that
// the service behaves as it should.
type demo struct {
	out      io.Writer
	newMount func(dir string) mount
	maxWait  time.Duration // for each expected event
	begin    time.Time

	dir      string // of the volume
	before   uint64 // versions of earlier processes
	requests int    // of earlier processes
	volume   mount
	lastGood string // the directory with the last good configuration
	store    *config.Store[Config]
	log      journal
	client   *client
	probe    *probe
	stop     func() // ends the service, its client and its probe

	changes    chan change
	rejections chan rejection
	rejected   int // so far
}

// probation is the probation of a change. A real service uses minutes.
const probation = 200 * time.Millisecond

// change and rejection are calls of hooks.
type (
	change    struct{ old, new *Config }
	rejection struct {
		err *config.Error
		at  time.Time
	}
)

func newDemo(out io.Writer) *demo {
	return &demo{
		out:      out,
		newMount: func(dir string) mount { return volume.New(dir) },
		maxWait:  20 * time.Second, // the machine can be busy
		begin:    time.Now(),
		stop:     func() {},
		// The buffers are large enough that a hook never blocks.
		changes:    make(chan change, 64),
		rejections: make(chan rejection, 64),
	}
}

// run runs all steps. It returns the error of the first that fails.
func (d *demo) run(ctx context.Context) error {
	dir, err := os.MkdirTemp("", "lastgood-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }() // a temporary directory; nothing depends on it
	defer func() { d.stop() }()
	d.dir, d.lastGood = filepath.Join(dir, "etc"), filepath.Join(dir, "state")
	if err := os.Mkdir(d.lastGood, 0o700); err != nil {
		return err
	}
	d.volume = d.newMount(d.dir)

	d.say("A service reads its configuration from a ConfigMap. The ConfigMap changes, breaks and\n" +
		"vanishes under the service, which always answers with the last good version.")
	for i, step := range script {
		d.say("\n%d. %s", i+1, step.title)
		if err := step.play(d, ctx); err != nil {
			return fmt.Errorf("step %d, %q: %w", i+1, step.title, err)
		}
	}
	return d.finish()
}

// start loads the configuration and serves with it until d.stop is called.
func (d *demo) start(ctx context.Context) (err error) {
	level := new(slog.LevelVar)
	logger := slog.New(slog.NewTextHandler(&d.log, &slog.HandlerOptions{Level: level}))
	health := new(health)
	d.store, err = config.Load[Config](config.WithFile(d.volume.Path(key)), config.WithLogger(logger),
		config.WithLastGood(d.lastGood, config.LastGoodWithSecrets()),
		config.WithProbation(probation, health.check, config.ProbeEvery(probation/10)))
	if err != nil {
		return err
	}
	followLevel(d.store, level)
	// These hooks run after that of followLevel, so a change is complete when the demo receives it.
	d.store.OnChange(func(old, new *Config) { d.changes <- change{old, new} })
	d.store.OnReject(func(err *config.Error) { d.rejections <- rejection{err, time.Now()} })

	ln, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		d.store.Close()
		return err
	}
	d.client, d.probe = newClient(ln.Addr().String(), d.before), startProbe(ctx, newClient(ln.Addr().String(), d.before))
	ctx, cancel := context.WithCancel(ctx)
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		_ = serveHTTP(ctx, ln, health.count(newService(d.store, logger)), d.store, logger) // if it fails, so does the next request
	}()
	d.stop = func() {
		_, _ = d.probe.end()
		d.client.close()
		cancel()
		<-stopped
		d.store.Close()
	}
	return nil
}

// restart stops the service and starts another. It returns an error if a request of the probe has
// failed.
func (d *demo) restart(ctx context.Context) error {
	answered, err := d.probe.end()
	if err != nil {
		return fmt.Errorf("a request in between: %w", err)
	}
	d.stop()
	d.requests += answered + d.client.requests
	d.stop = func() {}
	return d.start(ctx)
}

// put replaces the content of the volume with the named version.
func (d *demo) put(name string) error {
	content, err := versions.ReadFile("versions/" + name)
	if err != nil {
		return err
	}
	return d.volume.Update(map[string]string{key: string(content)})
}

// finish checks that no hook was called unexpectedly, and prints a summary.
func (d *demo) finish() error {
	answered, err := d.probe.end()
	if err != nil {
		return fmt.Errorf("a request in between: %w", err)
	}
	if n := len(d.changes) + len(d.rejections); n > 0 {
		return fmt.Errorf("the end: %d calls of hooks too many", n)
	}
	d.say("\nAll %d steps went as they should: %d versions served, %d bad states survived, by two processes.\n"+
		"%d requests were answered in these %.1f s, each saw one version and no mixture.",
		len(script), d.before+d.store.Snapshot().Version, d.rejected, d.requests+d.client.requests+answered, time.Since(d.begin).Seconds())
	return nil
}

func (d *demo) say(format string, args ...any) { fmt.Fprintf(d.out, format+"\n", args...) }

// await receives from ch, or returns an error that names the event that did not happen.
func await[T any](ctx context.Context, d *demo, ch <-chan T, what string) (got T, err error) {
	deadline := time.NewTimer(d.maxWait)
	defer deadline.Stop()
	select {
	case got = <-ch:
		return got, nil
	case <-deadline.C:
		return got, fmt.Errorf("%s did not happen within %v", what, d.maxWait)
	case <-ctx.Done():
		return got, errors.New("interrupted")
	}
}
