package watch

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

// A watch that had ended is armed anew during a scan. A change between the walk and that gave no
// event, so the scan itself must find it.
func TestAChangeWhileAWatchIsArmedAnewIsFound(t *testing.T) {
	root := t.TempDir()
	link := filepath.Join(root, "l.yaml")
	writeFile(t, filepath.Join(root, "1.yaml"), "one")
	writeFile(t, filepath.Join(root, "2.yaml"), "two")
	must(t, os.Symlink("1.yaml", link))
	var flip func()
	hub := newHub(func() (*notifier, error) {
		n, err := openFsnotify()
		if err != nil {
			return nil, err
		}
		add := n.add
		n.add = func(path string) error {
			if flip != nil {
				flip()
				flip = nil
			}
			return add(path)
		}
		return n, nil
	})
	f := watchFileOn(t, hub, link)
	f.Invalidate() // as after a change that no event announced
	<-f.Hints()
	flip = func() {
		must(t, os.Remove(link))
		must(t, os.Symlink("2.yaml", link))
	}
	if s := f.Scan(t.Context()); string(s.Documents[0].Data) == "two" {
		return
	}
	for {
		select {
		case <-f.Hints():
			if s := f.Scan(t.Context()); string(s.Documents[0].Data) == "two" {
				return
			}
		case <-time.After(20 * time.Second):
			t.Fatal("the scan read the old content, and no hint came")
		}
	}
}
