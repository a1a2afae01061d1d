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

// served is what an application took from a library that hands it over once per
// change, and closes the library.
type served struct {
	view  atomic.Pointer[view]
	close func()
}

type view struct {
	version int
	torn    error
}

// take is called with what the application reads now.
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

// parse is how an application reads and validates a YAML file.
func parse(data []byte) (int, error) {
	var p pair
	if err := yaml.Unmarshal(data, &p); err != nil {
		return 0, err
	}
	return p.version()
}

// grace is how long after that a library has to come up. What changes meanwhile
// may be lost, but that is not what is compared here.
const grace = 200 * time.Millisecond

// awake waits until the library in this process watches something, for those that
// do not tell, and for the grace.
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
	infos, _ := filepath.Glob("/proc/self/fdinfo/*") // the pattern is good
	return slices.ContainsFunc(infos, func(path string) bool {
		info, _ := os.ReadFile(path) // a descriptor that was just closed has none
		return bytes.Contains(info, []byte("inotify wd:"))
	})
}
