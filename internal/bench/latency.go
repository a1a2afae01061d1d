package main

import (
	"errors"
	"fmt"
	"os"
	"sync"
	"time"

	"example.com/lastgood/config"
)

// maxWait is the time after which a change counts as missed.
const maxWait = 2 * time.Second

// maxMissed is the number of missed swaps after which a follower is not measured any more.
const maxMissed = 5

// latencyBars are the bars of the ratio of our latency to that of others.
var latencyBars = map[size]map[string]float64{
	small: {byOurLoad: 1.1, byViper: 0.9},
	1000:  {byOurLoad: 1.1, byViper: 0.6},
}

// runner is a follower with its volume.
type runner struct {
	name, dir string
	*follower
	latencies []float64 // nanoseconds
	missed    int
}

// latency measures the time from the kubelet's rename to the new value.
func (b *bench) latency() error {
	defer b.begin("From a swap of the volume to the new value",
		fmt.Sprintf("Wall time from the rename of ..data, by another process, until the value is served, of %d swaps, or fewer if %d were missed.", b.changes, maxMissed),
		"follower", "p50", "p99", "missed", "ours takes", "bar")()
	for _, z := range []size{small, 1000} {
		runs, err := b.race(z)
		if err != nil {
			return err
		}
		for _, r := range runs {
			name, ratio := z.String()+": "+r.name, median(runs[0].latencies)/median(r.latencies)
			b.row(name, nanos(median(r.latencies)), nanos(percentile(r.latencies, 99)), fmt.Sprintf("%d of %d", r.missed, r.missed+len(r.latencies)), times(ratio),
				b.atMost("latency, "+name, ratio, latencyBars[z][r.name]))
		}
	}
	return nil
}

// race starts all followers, and swaps their volumes one after the other.
func (b *bench) race(z size) ([]*runner, error) {
	kubelet, err := b.start()
	if err != nil {
		return nil, err
	}
	defer kubelet.end()
	var runs []*runner
	for _, name := range []string{byUs, byOurLoad, byFsnotify, byViper, byKoanf} {
		r := &runner{name: name}
		if r.dir, err = b.newDir(); err != nil {
			return nil, err
		}
		v := volume{dir: r.dir}
		if err := kubelet.Call("Child.Swap", Swap{r.dir, z.text("yaml", 1)}, new(time.Duration)); err != nil {
			return nil, err
		}
		if r.follower, err = followSize(z, name, v.path()); err != nil {
			return nil, err
		}
		defer r.close()
		runs = append(runs, r)
	}
	texts := [2][]byte{z.text("yaml", 1), z.text("yaml", 2)}
	for i := range b.changes {
		for _, r := range runs {
			if r.missed == maxMissed {
				continue
			}
			if err := r.swap(kubelet, texts[(i+1)%2], (i+1)%2+1); err != nil {
				return nil, err
			}
			time.Sleep(pause / 4)
		}
	}
	return runs, nil
}

// pause lets a follower finish its work after a change that it does not publish.
const pause = 20 * time.Millisecond

// swap measures one swap to a revision. It reads in a busy loop, to get the exact time.
func (r *runner) swap(kubelet *process, text []byte, revision int) error {
	var published time.Duration
	call := kubelet.Go("Child.Swap", Swap{r.dir, text}, &published, nil)
	began := monotonic()
	for r.revision() != revision && monotonic()-began < maxWait {
	}
	served := monotonic()
	<-call.Done
	if r.revision() != revision {
		r.missed++
	} else {
		r.latencies = append(r.latencies, float64(served-published))
	}
	return call.Error
}

// missed makes changes of every kind, and counts the missed ones and the loads.
func (b *bench) missed() error {
	defer b.begin("No change missed, one load for each", "A write in place is taken after 250 ms without another (WithSettle).",
		"change", "made", "missed", "loads", "bar")()
	texts := [2][]byte{small.text("yaml", 1), small.text("yaml", 2)}
	dir, err := b.newDir()
	if err != nil {
		return err
	}
	v := volume{dir: dir}
	renamed, errRenamed := b.write(texts[0])
	written, errWritten := b.write(texts[0])
	if _, err := v.swap(texts[0]); errors.Join(err, errRenamed, errWritten) != nil {
		return errors.Join(err, errRenamed, errWritten)
	}
	kinds := []struct {
		name, path  string
		change      func(text []byte) error
		lost, loads int
		err         error
	}{
		{name: "swap", path: v.path(), change: func(text []byte) error { _, err := v.swap(text); return err }},
		{name: "rename", path: renamed, change: func(text []byte) error {
			return errors.Join(os.WriteFile(renamed+".new", text, 0o644), os.Rename(renamed+".new", renamed))
		}},
		{name: "write in place", path: written, change: func(text []byte) error { return os.WriteFile(written, text, 0o644) }},
	}
	var group sync.WaitGroup
	for i := range kinds { // all at once, because they mostly wait
		k := &kinds[i]
		group.Go(func() {
			k.lost, k.loads, k.err = b.countMissed(k.path, func(i int) error { return k.change(texts[i%2]) })
		})
	}
	group.Wait()
	for _, k := range kinds {
		if k.err != nil {
			return k.err
		}
		b.row(k.name, fmt.Sprint(b.changes), fmt.Sprint(k.lost), fmt.Sprint(k.loads),
			b.bar("missed, "+k.name, fmt.Sprintf("0, %d", b.changes), k.lost == 0 && k.loads == b.changes, ""))
	}
	return nil
}

// countMissed follows the file at path through changes, and returns the number of missed changes and of
// loads.
func (b *bench) countMissed(path string, change func(i int) error) (lost, loads int, err error) {
	cfg, err := config.Open[Small](config.WithFile(path), quiet())
	if err != nil {
		return 0, 0, err
	}
	defer cfg.Close()
	changed := make(chan int, 1)
	defer cfg.OnChange(func(_, new *Small) { changed <- new.Revision })()
	for i := 1; i <= b.changes; i++ {
		if err := change(i); err != nil {
			return 0, 0, err
		}
		select {
		case revision := <-changed:
			if revision != i%2+1 {
				lost++
			}
		case <-time.After(maxWait):
			lost++
		}
	}
	for _, n := range cfg.Status().Attempts {
		loads += int(n)
	}
	return lost, loads - 1, nil // without the first load
}
