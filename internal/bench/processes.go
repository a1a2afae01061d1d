package main

import (
	"fmt"
	"os"
	"time"
)

// idleFollowers measures processes that follow an unchanged configuration, all at the same time.
func (b *bench) idleFollowers() error {
	const bar = 5 * time.Millisecond
	defer b.begin(fmt.Sprintf("Idle for %v", b.idle),
		"CPU of the whole process. Ours reads the content every 5 seconds (WithPollInterval), as a ticker and a read does.",
		"follower", "CPU", "bar")()
	names := []string{nothing, ticker, reader, byUs, onlyWatch, byViper, byKoanf}
	processes, before := make([]*process, len(names)), make([]float64, len(names))
	for i, name := range names {
		path, err := b.write(small.text("yaml", 1))
		if err != nil {
			return err
		}
		if processes[i], err = b.startFollowing(small, name, path); err != nil {
			return err
		}
		defer processes[i].end()
	}
	for i, p := range processes {
		before[i] = p.cpu()
	}
	time.Sleep(b.idle) // it is the time that is measured
	for i, p := range processes {
		used, cell := p.cpu()-before[i], ""
		if names[i] == byUs {
			cell = b.bar("idle", "≤ "+bar.String(), used <= float64(bar), "")
		}
		b.row(names[i], nanos(used), cell)
	}
	return nil
}

// unrelated measures processes that follow a file while other files in its directory are written all the time.
func (b *bench) unrelated() error {
	const (
		bar    = 1.1
		rounds = 3
		large  = size(10_000) // so large that reading it is distinguishable from reading events
	)
	text := large.text("yaml", 1)
	path, err := b.write(text)
	if err != nil {
		return err
	}
	names := []string{byUs, onlyWatch, byViper, byKoanf}
	used, reads := map[string][]float64{}, map[string]int64{}
	for range rounds {
		for _, name := range names {
			cpu, read, err := b.disturb(large, name, path)
			if err != nil {
				return err
			}
			used[name] = append(used[name], cpu)
			reads[name] = max(reads[name], read/int64(len(text)))
		}
	}
	defer b.begin("1,000 unrelated writes a second in the directory", "CPU of the whole process.",
		"follower", "CPU per s", "of "+onlyWatch, "reads of the file", "bar")()
	for _, name := range names {
		ratio, cell := ratio(used[name], used[onlyWatch]), ""
		if name == byUs {
			cell = b.atMost("churn", ratio, bar) + "; " + b.bar("churn", "no read", reads[name] == 0, "")
		}
		b.row(name, nanos(median(used[name])), times(ratio), fmt.Sprint(reads[name]), cell)
	}
	return nil
}

// disturb starts a process that follows the file while others are written, and returns its CPU time per
// second, and the bytes that it has read. The process is a new one, because Viper cannot be stopped.
func (b *bench) disturb(z size, name, path string) (cpu float64, read int64, err error) {
	p, err := b.startFollowing(z, name, path)
	if err != nil {
		return 0, 0, err
	}
	defer p.end()
	before, err := p.bytesRead()
	if err != nil {
		return 0, 0, err
	}
	start, used := time.Now(), p.cpu()
	ticker := time.NewTicker(time.Millisecond)
	defer ticker.Stop()
	for i := 0; time.Since(start) < b.churn; i++ {
		<-ticker.C
		if err := os.WriteFile(fmt.Sprintf("%s-%d.log", path, i%10), []byte("line\n"), 0o644); err != nil {
			return 0, 0, err
		}
	}
	cpu = (p.cpu() - used) / time.Since(start).Seconds()
	after, err := p.bytesRead()
	return cpu, after - before, err
}

// sameBytes measures processes that follow a volume that is swapped to the same bytes.
func (b *bench) sameBytes() error {
	defer b.begin("A swap to the same bytes, with its events",
		"CPU of the whole process. Bare fsnotify only receives the events; Viper loads and reports a change.", "follower", "CPU")()
	for _, z := range sizes {
		for _, name := range []string{byUs, onlyWatch, byViper} {
			used, err := b.swapped(z, name)
			if err != nil {
				return err
			}
			b.row(z.String()+": "+name, nanos(used))
		}
	}
	return nil
}

func (b *bench) swapped(z size, name string) (cpu float64, err error) {
	dir, err := b.newDir()
	if err != nil {
		return 0, err
	}
	v, text := volume{dir: dir}, z.text("yaml", 1)
	if _, err := v.swap(text); err != nil {
		return 0, err
	}
	p, err := b.startFollowing(z, name, v.path())
	if err != nil {
		return 0, err
	}
	defer p.end()
	before, swaps := p.cpu(), max(1, b.changes/4)
	for range swaps {
		if _, err := v.swap(text); err != nil {
			return 0, err
		}
		time.Sleep(pause)
	}
	return (p.cpu() - before) / float64(swaps), nil
}

// stores opens growing numbers of stores that follow one volume, each number in a new process, and swaps it.
func (b *bench) stores() error {
	defer b.begin("Stores in one process",
		"For each store: CPU to open it, memory after a garbage collection, and CPU for a change that all of them load.",
		"stores", "open, each", "heap, each", "goroutines", "inotify descriptors", "a change, each", "bar")()
	for n := 1; n <= b.maxStores; n *= 10 {
		if err := b.storesIn(n); err != nil {
			return err
		}
	}
	return nil
}

func (b *bench) storesIn(n int) error {
	dir, err := b.newDir()
	if err != nil {
		return err
	}
	v := volume{dir: dir}
	if _, err := v.swap(small.text("yaml", 1)); err != nil {
		return err
	}
	p, err := b.start()
	if err != nil {
		return err
	}
	defer p.end()
	none, err := p.stats()
	if err != nil {
		return err
	}
	before := p.cpu()
	if err := p.follow(small, byUs, v.path(), n); err != nil {
		return err
	}
	opened := p.cpu() - before
	all, err := p.stats()
	if err != nil {
		return err
	}
	descriptors, before := p.inotifies(), p.cpu()
	const changes = 10
	for i := range changes {
		revision := (i+1)%2 + 1
		if _, err := v.swap(small.text("yaml", revision)); err != nil {
			return err
		}
		if err := p.waitForRevision(revision); err != nil {
			return err
		}
	}
	changed := (p.cpu() - before) / changes
	if err := p.Call("Child.Close", None{}, &None{}); err != nil {
		return err
	}
	closed, err := p.stats()
	if err != nil {
		return err
	}
	goroutines := all.Goroutines - none.Goroutines
	met := descriptors == 1 && goroutines <= n+2 && closed.Goroutines == none.Goroutines && p.inotifies() == 0
	b.row(fmt.Sprint(n), nanos(opened/float64(n)), bytesOf(float64(all.Heap-none.Heap)/float64(n)),
		fmt.Sprint(goroutines), fmt.Sprint(descriptors), nanos(changed/float64(n)),
		b.bar(fmt.Sprintf("%d stores", n), "1 descriptor, n+2 goroutines, nothing left", met, ""))
	return nil
}
