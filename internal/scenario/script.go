//go:build linux

package scenario

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// site is the directory that a scenario happens in.
type site struct {
	root    string
	content func(version int) string
	swaps   int
	due     time.Time              // when the script should have come so far
	late    bool                   // a script took much longer than it says
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

// version returns the content that a script calls by a number, or by "broken".
func (s *site) version(name string) (string, error) {
	if name == "broken" {
		return broken, nil
	}
	n, err := strconv.Atoi(name)
	if err != nil {
		return "", err
	}
	return s.content(n), nil
}

// late is by how much a script may take too long. The busiest machine must not make a
// file that is written in less than the time to settle into one that takes longer.
const late = 50 * time.Millisecond

// run performs a script: commands separated by semicolons.
func (s *site) run(script string) error {
	s.due = time.Now()
	for step := range strings.SplitSeq(script, ";") {
		words := strings.Fields(step)
		if len(words) == 0 {
			continue
		}
		c, ok := commands[words[0]]
		if !ok || len(words)-1 < c.args {
			return fmt.Errorf("%q: no such command", step)
		}
		began := time.Now()
		if err := c.run(s, words[1:]); err != nil {
			return fmt.Errorf("%q: %w", step, err)
		}
		if unhurried[words[0]] {
			s.due = s.due.Add(time.Since(began))
		}
		s.keepTime()
	}
	return nil
}

func (s *site) keepTime() { s.late = s.late || time.Since(s.due) > late }
