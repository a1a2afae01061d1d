package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"strings"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"
	"go.uber.org/zap"

	"example.com/lastgood/config"
	"example.com/lastgood/config/configetcd"
)

// prefix is where the configuration is kept.
const prefix = "/config/greeter"

// Config is what the service reads.
type Config struct {
	Greeting  string        `validate:"required"`
	Timeout   time.Duration `default:"2s" validate:"gt=0"`
	Upstreams Upstreams     `validate:"required,dive"`
	DB        struct{ Password config.Secret }
}

// Upstreams are the servers behind the service.
type Upstreams []struct {
	Name   string `validate:"required"`
	Weight int    `validate:"min=1,max=100"`
}

// Validate checks what takes all upstreams together.
func (u Upstreams) Validate() error {
	sum := 0
	for _, upstream := range u {
		sum += upstream.Weight
	}
	if sum != 100 {
		return fmt.Errorf("the weights must add up to 100, got %d", sum)
	}
	return nil
}

// demo plays what can happen to a configuration in etcd, and checks what the service does.
type demo struct {
	out   io.Writer
	dir   string
	begin time.Time

	server *server
	admin  *clientv3.Client // of who changes the configuration
	store  *config.Store[Config]

	changes    chan change
	rejections chan *config.Error
}

// change is a call of OnChange.
type change struct{ old, new *Config }

// patience is how long something that should happen may take: the machine may be busy.
const patience = 20 * time.Second

func (d *demo) say(format string, args ...any) { fmt.Fprintf(d.out, format+"\n", args...) }

// end ends what the demo has started.
func (d *demo) end() {
	if d.store != nil {
		d.store.Close()
	}
	if d.admin != nil {
		_ = d.admin.Close() // nothing is under way
	}
	if d.server != nil {
		d.server.stop()
	}
}

// start loads the configuration as a process does when it starts.
func (d *demo) start() (err error) {
	source := configetcd.Dial(func(context.Context) (clientv3.Config, error) {
		return clientv3.Config{Endpoints: []string{d.server.endpoint()}}, nil
	}, prefix, configetcd.Values("", "db/password"), configetcd.Secret("db/password"))
	d.store, err = config.Open[Config](config.WithSource(source),
		config.WithLastGood(filepath.Join(d.dir, "state"), config.LastGoodWithSecrets()),
		config.WithStartupWait(500*time.Millisecond), config.WithLogger(slog.New(slog.DiscardHandler)))
	if err != nil {
		return err
	}
	d.changes, d.rejections = make(chan change, 64), make(chan *config.Error, 64) // with room for all
	d.store.OnChange(func(old, new *Config) { d.changes <- change{old, new} })
	d.store.OnReject(func(err *config.Error) { d.rejections <- err })
	return nil
}

// put writes keys in one transaction, name and text by turns.
func (d *demo) put(ctx context.Context, names ...string) error {
	var ops []clientv3.Op
	for i := 0; i < len(names); i += 2 {
		ops = append(ops, clientv3.OpPut(prefix+"/"+names[i], names[i+1]))
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	_, err := d.admin.Txn(ctx).Then(ops...).Commit()
	return err
}

// updated waits for a change with this greeting, and shows what it changed.
func (d *demo) updated(ctx context.Context, begin time.Time, greeting string) error {
	got, err := await(ctx, d.changes, "a call of OnChange")
	if err != nil {
		return err
	}
	if got.new.Greeting != greeting || d.store.Current() != got.new {
		return fmt.Errorf("the greeting is %q, want %q", got.new.Greeting, greeting)
	}
	d.say("   Version %d is live after %s. OnChange shows what is new:", d.store.Snapshot().Version, took(time.Since(begin)))
	for _, c := range d.store.Diff(got.old, got.new) {
		d.say("     %v", c)
	}
	return nil
}

// serves shows what the service has, which must have this greeting.
func (d *demo) serves(greeting string) error {
	if got := d.store.Current().Greeting; got != greeting {
		return fmt.Errorf("the greeting is %q, want %q", got, greeting)
	}
	d.say("   The service greets with %q.", greeting)
	return nil
}

// status waits until the source is, or is not, stale.
func (d *demo) status(ctx context.Context, stale bool) (config.PathStatus, error) {
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for end := time.Now().Add(patience); ; {
		st := d.store.Status().Watch[0]
		if (st.Mode == config.WatchStale) == stale {
			return st, nil
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return st, errors.New("interrupted")
		}
		if time.Now().After(end) {
			return st, fmt.Errorf("the source is %s for %v", st.Mode, patience)
		}
	}
}

// await returns what comes from ch.
func await[T any](ctx context.Context, ch <-chan T, what string) (got T, err error) {
	deadline := time.NewTimer(patience)
	defer deadline.Stop()
	select {
	case got = <-ch:
		return got, nil
	case <-deadline.C:
		return got, fmt.Errorf("%s did not come within %v", what, patience)
	case <-ctx.Done():
		return got, errors.New("interrupted")
	}
}

// took writes a duration as people read it.
func took(d time.Duration) string {
	if d < 10*time.Millisecond {
		return fmt.Sprintf("%.1f ms", d.Seconds()*1000)
	}
	return fmt.Sprintf("%d ms", d.Milliseconds())
}

// indent writes a text of several lines below a step.
func indent(text string) string { return "   " + strings.ReplaceAll(text, "\n", "\n   ") }

// newAdmin returns the client of who changes the configuration.
func newAdmin(endpoint string) (*clientv3.Client, error) {
	return clientv3.New(clientv3.Config{Endpoints: []string{endpoint}, Logger: zap.NewNop()})
}
