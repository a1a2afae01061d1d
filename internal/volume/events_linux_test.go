package volume_test

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fsnotify/fsnotify"

	"example.com/lastgood/internal/volume"
)

// The events are those that a watch on the directory of a real volume sees;
// internal/kubelet compares more of them with the kubelet's own code.
func TestAnUpdateGivesTheKubeletsEvents(t *testing.T) {
	dir := t.TempDir()
	v := volume.New(dir)
	update(t, v, map[string]string{"a": "1", "gone": "1"})
	w, err := fsnotify.NewWatcher()
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	if err := w.Add(dir); err != nil {
		t.Fatal(err)
	}
	update(t, v, map[string]string{"a": "2", "new": "2"})
	want := []string{"CREATE TS", "CHMOD TS", "CREATE ..data_tmp", "RENAME ..data_tmp", "CREATE ..data",
		"CREATE new", "REMOVE gone", "REMOVE TS"}
	var got []string
	for len(got) < len(want) {
		select {
		case e := <-w.Events:
			name := filepath.Base(e.Name)
			if strings.HasPrefix(name, "..2") {
				name = "TS"
			}
			got = append(got, e.Op.String()+" "+name)
		case <-time.After(20 * time.Second):
			t.Fatalf("no more events after\n%v\nwant\n%v", got, want)
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("events\n%v\nwant\n%v", got, want)
	}
}
