package config_test

import (
	"context"
	"fmt"
	"testing"

	"example.com/lastgood/config"
	"example.com/lastgood/internal/volume"
)

// match is a configuration whose values must be of one generation. It has no such rule, so that
// a mixed one would be published.
type match struct{ Left, Right int }

// way is a way to read several files of one volume.
type way struct {
	name    string
	swaps   int
	payload func(n int) map[string]string
	read    func(v *volume.Volume) []config.Option
}

var ways = []way{
	{"two files", 1000, func(n int) map[string]string {
		return map[string]string{"left.yaml": fmt.Sprint("left: ", n), "right.yaml": fmt.Sprint("right: ", n)}
	}, func(v *volume.Volume) []config.Option {
		return []config.Option{config.WithFile(v.Path("left.yaml"), v.Path("right.yaml"))}
	}},
	{"a nested and an optional file", 300, func(n int) map[string]string {
		return map[string]string{"sub/left.yaml": fmt.Sprint("left: ", n), "right.toml": fmt.Sprint("right = ", n)}
	}, func(v *volume.Volume) []config.Option {
		return []config.Option{config.WithFile(v.Path("sub/left.yaml")), config.WithOptionalFile(v.Path("right.toml"))}
	}},
	{"a directory whose files have other names each time", 300, func(n int) map[string]string {
		return map[string]string{
			fmt.Sprintf("%d-left.yaml", n%3):  fmt.Sprint("left: ", n),
			fmt.Sprintf("%d-right.yaml", n%5): fmt.Sprint("right: ", n),
		}
	}, func(v *volume.Volume) []config.Option { return []config.Option{config.WithDir(v.Path(""))} }},
	{"a directory of keys", 300, func(n int) map[string]string {
		return map[string]string{"left": fmt.Sprint(n), "right": fmt.Sprint(n)}
	}, func(v *volume.Volume) []config.Option { return []config.Option{config.WithKeyDir(v.Path(""))} }},
}

// A check sees every value before it is published. The volume is swapped as fast as
// can be.
func TestFilesOfOneVolumeAreNeverPublishedMixed(t *testing.T) {
	t.Parallel()
	for _, way := range ways {
		t.Run(way.name, func(t *testing.T) {
			t.Parallel()
			v := volume.New(t.TempDir())
			swap := func(n int) {
				must(t, v.Update(way.payload(n)))
			}
			swap(1)
			var log journal
			s := open[match](t, append(way.read(v), noPoll(), logTo(&log),
				config.WithCheck(func(_ context.Context, old, m *match) error {
					if m.Left != m.Right || old != nil && m.Left <= old.Left {
						t.Errorf("%+v would be published after %+v", m, old)
					}
					return nil
				}))...)
			last := 1
			for last < way.swaps || s.Snapshot().Version < 20 && last < 100*way.swaps { // few on a busy machine
				last++
				swap(last)
			}
			eventually(t, "the last swap", func() bool { return *s.Current() == match{last, last} })
			st := s.Status()
			if st.Attempts[config.Rejected] != 0 {
				t.Errorf("%d generations were taken for broken:\n%s", st.Attempts[config.Rejected], log.String())
			}
			if st.Version < 20 {
				t.Errorf("only %d versions were published during %d swaps", st.Version, last)
			}
			t.Logf("%d versions were published during %d swaps", st.Version, last)
		})
	}
}
