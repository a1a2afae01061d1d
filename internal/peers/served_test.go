//go:build linux

package peers

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"sync/atomic"
	"time"

	"go.yaml.in/yaml/v3"

	"example.com/lastgood/internal/scenario"
)

// served is the value that an application has stored from a library with a callback for each change.
type served struct {
	view  atomic.Pointer[view]
	close func()
}

type view struct {
	version int
	torn    error
}

// take stores the value that the application reads.
func (s *served) take(version int, torn error) { s.view.Store(&view{version, torn}) }

func (s *served) View() (int, error) {
	v := s.view.Load()
	if v == nil {
		return 0, nil
	}
	return v.version, v.torn
}

func (s *served) Close() { s.close() }

// pair is the content of a YAML file.
type pair struct {
	Left  int
	Text  string
	Right int
}

func (p pair) version() (int, error) { return scenario.Version(p.Left, p.Text, p.Right) }

// parse parses and validates a YAML file, as an application does.
func parse(data []byte) (int, error) {
	var p pair
	if err := yaml.Unmarshal(data, &p); err != nil {
		return 0, err
	}
	return p.version()
}

// grace is the time that a library has to start after its first watch. Changes in that time can be lost, which
// is not compared here.
const grace = 200 * time.Millisecond

// awake waits until the library in this process has a watch, and for the grace time. It is for libraries that
// do not report when they have started.
func awake() error {
	deadline := time.After(10 * time.Second)
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for !watching() {
		select {
		case <-tick.C:
		case <-deadline:
			return errors.New("it does not begin to watch")
		}
	}
	<-time.After(grace)
	return nil
}

// watching reports whether an inotify descriptor of this process has a watch.
func watching() bool {
	infos, _ := filepath.Glob("/proc/self/fdinfo/*") // the pattern is valid
	return slices.ContainsFunc(infos, func(path string) bool {
		info, _ := os.ReadFile(path) // it fails for a descriptor that was just closed
		return bytes.Contains(info, []byte("inotify wd:"))
	})
}
