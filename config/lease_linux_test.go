package config_test

import (
	"errors"
	"os"
	"syscall"
	"testing"
	"time"

	"example.com/lastgood/config"
	"example.com/lastgood/internal/testkit"
)

// lease takes a write lease on a file, as Samba does for its clients. Its end gives no event.
func lease(t *testing.T, path string) (release func()) {
	t.Helper()
	f, err := testkit.Lease(path)
	if err != nil {
		t.Skipf("needs a file system with leases: %v", err)
	}
	return func() {
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestAFileWithALeaseIsReadWhenTheLeaseEnds(t *testing.T) {
	t.Parallel()
	for how, opt := range map[string]config.Option{
		"by events alone": noPoll(),
		"with the poll":   config.WithPollInterval(time.Millisecond),
	} {
		t.Run(how, func(t *testing.T) {
			t.Parallel()
			path := yamlFile(t, halvesFile(1))
			o := observe(t, config.WithFile(path), opt)
			next := path + ".next"
			put(t, next, halvesFile(2))
			release := lease(t, next)
			must(t, os.Rename(next, path))
			<-time.After(300 * time.Millisecond)
			if err := o.Reload(t.Context()); !errors.Is(err, config.ErrBusy) {
				t.Errorf("Reload returned %v, want ErrBusy", err)
			}
			o.wantReports(t, 0)
			release()
			o.serves(t, 2)
			o.wantReports(t, 0)
		})
	}
}

func TestALeaseOnOneFileDoesNotHoldUpAnother(t *testing.T) {
	path, other := yamlFile(t, "{}"), yamlFile(t, halvesFile(1))
	o := observe(t, config.WithFile(path, other), noPoll())
	next := path + ".next"
	put(t, next, "x-next: 1\n")
	release := lease(t, next)
	defer release()
	must(t, os.Rename(next, path))
	repair(t, other, 2)
	o.serves(t, 2)
	o.wantReports(t, 0)
}

func TestTheFirstLoadWaitsForALease(t *testing.T) {
	t.Parallel()
	path := yamlFile(t, halvesFile(1))
	release := lease(t, path)
	loaded := make(chan error, 1)
	go func() { loaded <- config.Check[halves](config.WithFile(path)) }()
	<-time.After(100 * time.Millisecond)
	if len(loaded) != 0 {
		t.Errorf("it did not wait, but returned %v", <-loaded)
	}
	release()
	if err := within(t, loaded, "the load"); err != nil {
		t.Error(err)
	}
}

func TestASignalWhileNothingCanBeReadIsLogged(t *testing.T) {
	caught(t, syscall.SIGHUP)
	path := yamlFile(t, halvesFile(1))
	o := observe(t, config.WithFile(path), noPoll())
	defer o.ReloadOn()()
	next := path + ".next"
	put(t, next, halvesFile(2))
	release := lease(t, next)
	must(t, os.Rename(next, path))
	raise(t, syscall.SIGHUP)
	o.wantLogged(t, 1, `msg="config: nothing reloaded"`)
	release()
	o.serves(t, 2)
}
