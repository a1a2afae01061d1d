//go:build linux

package scenario

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// site is the directory that a scenario happens in.
type site struct {
	root    string
	content func(version int) string
	swaps   int
	due     time.Time              // when the steps should have come so far
	late    bool                   // they took much longer than they say
	servers map[string]*os.Process // of FUSE mounts, by directory
	undo    []func() error         // what must end before the directory can be removed
}

func newSite(content func(int) string) (*site, error) {
	root, err := os.MkdirTemp("", "scenario")
	if err != nil {
		return nil, err
	}
	root, err = filepath.EvalSymlinks(root)
	return &site{root: root, content: content, servers: map[string]*os.Process{}}, err
}

func (s *site) close() error {
	var errs error
	for i := len(s.undo) - 1; i >= 0; i-- {
		errs = errors.Join(errs, s.undo[i]())
	}
	if errs != nil {
		return errs // never remove what may lie behind a mount
	}
	return os.RemoveAll(s.root)
}

// at returns the path below the site's directory. It is not joined, which would clean
// it: behind a link, ".." is another directory then.
func (s *site) at(path string) string { return s.root + "/" + path }

// version returns the content of a version, or broken content.
func (s *site) version(n int) string {
	if n == broken {
		return brokenText
	}
	return s.content(n)
}

// late is by how much steps may take too long. The busiest machine must not make a file
// that is written in less than the time to settle into one that takes longer.
const late = 50 * time.Millisecond

// run performs steps.
func (s *site) run(steps steps) error {
	s.due = time.Now()
	for i, step := range steps {
		if err := step(s); err != nil {
			return fmt.Errorf("step %d: %w", i+1, err)
		}
		s.keepTime()
	}
	return nil
}

func (s *site) keepTime() { s.late = s.late || time.Since(s.due) > late }
