package main

import (
	"bytes"
	"context"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"example.com/lastgood/internal/volume"
)

// play runs the demo in a new directory, and checks that it is empty afterwards.
func play(ctx context.Context, t *testing.T, newMount func(*demo, *volume.Volume) mount) (output string, err error) {
	t.Helper()
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	var out bytes.Buffer
	d := newDemo(&out)
	d.newMount = func(dir string) mount { return newMount(d, volume.New(dir)) }
	err = d.run(ctx)
	if left, _ := os.ReadDir(dir); len(left) > 0 {
		t.Errorf("the demo left %v behind", left)
	}
	return strings.ReplaceAll(out.String(), dir, ""), err
}

func faultless(_ *demo, v *volume.Volume) mount { return v }

func TestDemoRunsAllSteps(t *testing.T) {
	output, err := play(t.Context(), t, faultless)
	if err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	rest := output
	for _, fact := range []string{
		"1. The kubelet mounts", "link  ..data      -> ..2", "link  config.yaml -> ..data/config.yaml",
		"2. The service starts", `"version":1,"timeout":"2s"`,
		"3. A good update", "Version 2 is live", `log.level: "INFO" -> "DEBUG"`,
		"api_key: changed",
		`"version":2,"timeout":"200ms"`, "/slow?for=1m  504", "/private      401", "/private      200", "level=DEBUG",
		"4. A broken update", "config: reload rejected, 4 problems; still serving version 2",
		`server.request_timout: unknown key; did you mean "request_timeout"? [unknown_key]`,
		`features.beta: want true or false, got "maybe" [type]`, "add up to 100, got 120 [check]", "api_key: must be",
		`"version":2`,
		"5. The repair", "Version 3 is live", `server.addr: ":8080" -> ":9090" (`, `"version":3`,
		"6. The volume is removed", "1 problem; still serving version 3", "config.yaml: no such file [missing_file]", `"version":3`,
		"7. The volume is back", "Version 4 is live", `"version":4`,
		"8. A restart", "still serving version 1, which was last good at", `"version":1`,
		"9. A valid update", "/slow?for=1ms 504", "rolled back by the probation", "server.request_timeout: the service is unhealthy since this changed",
		`"version":3`, "/slow?for=1ms 200",
		"All 9 steps went as they should",
	} {
		_, after, found := strings.Cut(rest, fact)
		if !found {
			t.Fatalf("%q is missing, or not in its place, in\n%s", fact, output)
		}
		rest = after
	}
}

func TestDemoShowsNoSecret(t *testing.T) {
	output, err := play(t.Context(), t, faultless)
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{"first-key", "second-key", "too-short"} {
		if strings.Contains(output, secret) {
			t.Errorf("%q is shown in\n%s", secret, output)
		}
	}
}

// faulty is a mount with replaced methods.
type faulty struct {
	mount
	update func(files map[string]string) error
	remove func() error
}

func (f *faulty) Update(files map[string]string) error { return f.update(files) }
func (f *faulty) Remove() error                        { return f.remove() }

func TestDemoFailsWithoutTheExpectedEvents(t *testing.T) {
	for _, test := range []struct {
		name  string
		fault func(d *demo, v *volume.Volume, f *faulty)
		want  string
	}{
		{"the mount fails", func(_ *demo, _ *volume.Volume, f *faulty) {
			f.update = func(map[string]string) error { return errors.New("no space left") }
		}, `step 1, "The kubelet mounts the ConfigMap": no space left`},

		{"updates do nothing", func(d *demo, v *volume.Volume, f *faulty) {
			mounted := false
			f.update = func(files map[string]string) error {
				if mounted {
					d.maxWait = 20 * time.Millisecond // the event never happens
					return nil
				}
				mounted = true
				return v.Update(files)
			}
		}, "the call of OnChange with version 2 did not happen within 20ms"},

		{"a broken update is good after all", func(d *demo, v *volume.Volume, f *faulty) {
			f.update = func(files map[string]string) error {
				if strings.Contains(files[key], "maybe") {
					d.maxWait = 20 * time.Millisecond
					return v.Update(map[string]string{key: good})
				}
				return v.Update(files)
			}
		}, "step 4, \"A broken update\": the call of OnReject did not happen"},

		{"another update than the one told", func(_ *demo, v *volume.Volume, f *faulty) {
			f.update = func(files map[string]string) error {
				return v.Update(map[string]string{key: strings.Replace(files[key], "Hi", "Oh", 1)})
			}
		}, `GET / answered {"greeting":"Oh"`},

		{"the removal does nothing", func(d *demo, _ *volume.Volume, f *faulty) {
			f.remove = func() error {
				d.maxWait = 20 * time.Millisecond
				return nil
			}
		}, "step 6, \"The volume is removed\": the call of OnReject did not happen"},
	} {
		t.Run(test.name, func(t *testing.T) {
			output, err := play(t.Context(), t, func(d *demo, v *volume.Volume) mount {
				f := &faulty{mount: v, update: v.Update, remove: v.Remove}
				test.fault(d, v, f)
				return f
			})
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %q", err, test.want)
			}
			if strings.Contains(output, "went as they should") {
				t.Errorf("the failure is not told:\n%s", output)
			}
		})
	}
}

func TestDemoCanBeInterrupted(t *testing.T) {
	ctx, interrupt := context.WithCancel(t.Context())
	defer interrupt()
	_, err := play(ctx, t, func(_ *demo, v *volume.Volume) mount {
		f := &faulty{mount: v, update: v.Update}
		f.remove = func() error { interrupt(); return nil }
		return f
	})
	if err == nil || !strings.Contains(err.Error(), "interrupted") {
		t.Errorf("got %v, want it interrupted", err)
	}
}
