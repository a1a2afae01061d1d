package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"strings"
	"time"

	"example.com/lastgood/config"
)

// script has the steps of the demo.
var script = []struct {
	title string
	play  func(*demo, context.Context) error
}{
	{"The kubelet mounts the ConfigMap", (*demo).mounted},
	{"The service starts", (*demo).started},
	{"A good update: the kubelet writes a new directory and swaps ..data to it", (*demo).updated},
	{"A broken update", (*demo).broken},
	{"The repair", (*demo).repaired},
	{"The volume is removed", (*demo).removed},
	{"The volume is back, with new content", (*demo).recreated},
	{"A restart, with a broken update on the volume", (*demo).restarted},
	{"A valid update that makes the service fail", (*demo).sickened},
}

// answers are the expected answers to GET /, by version.
var answers = []greeting{
	1: {Greeting: "Hello", Timeout: "2s"},
	2: {Greeting: "Hi", Timeout: "200ms"},
	3: {Greeting: "Bonjour", Timeout: "300ms"},
	4: {Greeting: "Ciao", Timeout: "300ms"},
	5: {Greeting: "Ciao", Timeout: "300ms"}, // of the second process
	6: {Greeting: "Hola", Timeout: "1µs"},
	7: {Greeting: "Ciao", Timeout: "300ms"},
}

func (d *demo) mounted(context.Context) error {
	if err := d.put("1-first.yaml"); err != nil {
		return err
	}
	if err := list(d.out, "   ", d.dir); err != nil {
		return err
	}
	d.say("   The file is never written to again: an update replaces what ..data leads to. A watch\n" +
		"   on config.yaml itself would go with the old directory, at the first update.")
	return nil
}

func (d *demo) started(ctx context.Context) error {
	if err := d.start(ctx); err != nil {
		return err
	}
	d.say("   store, err := config.Load[Config](config.WithFile(%q))", d.volume.Path(key))
	return d.wantGreeting(ctx, 1)
}

func (d *demo) updated(ctx context.Context) error {
	const request = "level=DEBUG msg=request method=GET path=/private"
	if _, early := d.log.find("msg=request"); early {
		return errors.New("requests are logged although the log level is INFO")
	}
	oldKey := d.store.Current().APIKey
	if err := d.update(ctx, "2-good.yaml", 2); err != nil {
		return err
	}
	return errors.Join(
		d.wantGreeting(ctx, 2),
		d.wantStatus(ctx, "/slow?for=1m", config.Secret{}, http.StatusGatewayTimeout, "the new timeout holds"),
		d.wantStatus(ctx, "/private", oldKey, http.StatusUnauthorized, "the old API key is dead"),
		d.wantStatus(ctx, "/private", d.store.Current().APIKey, http.StatusOK, "the new one works"),
		d.wantLog(request),
	)
}

func (d *demo) broken(ctx context.Context) error {
	begin := time.Now()
	if err := d.put("3-broken.yaml"); err != nil {
		return err
	}
	if err := d.wantRejection(ctx, begin, config.CodeUnknownKey, config.CodeType, config.CodeCheck, "min"); err != nil {
		return err
	}
	if err := d.wantGreeting(ctx, 2); err != nil {
		return err
	}
	d.say("   Every problem is named at once, at its line, without the secret. Nothing of the update is\n" +
		"   taken, not even the greeting, which was fine: a version is all or nothing.")
	return nil
}

func (d *demo) repaired(ctx context.Context) error {
	if err := d.update(ctx, "4-repaired.yaml", 3); err != nil {
		return err
	}
	return d.wantGreeting(ctx, 3)
}

func (d *demo) removed(ctx context.Context) error {
	begin := time.Now()
	if err := d.volume.Remove(); err != nil {
		return err
	}
	if err := d.wantRejection(ctx, begin, config.CodeMissingFile); err != nil {
		return err
	}
	d.say("   A file may be gone for a moment while it is replaced: that is given %v first.", config.DefaultSettle)
	return d.wantGreeting(ctx, 3)
}

func (d *demo) recreated(ctx context.Context) error {
	if err := d.update(ctx, "5-recreated.yaml", 4); err != nil {
		return err
	}
	return d.wantGreeting(ctx, 4)
}

func (d *demo) restarted(ctx context.Context) error {
	confirmed := time.NewTicker(time.Millisecond)
	defer confirmed.Stop()
	for deadline := time.Now().Add(d.maxWait); d.store.Status().Probation != nil; <-confirmed.C {
		if time.Now().After(deadline) || ctx.Err() != nil {
			return errors.New("version 4 was not confirmed")
		}
	}
	if err := d.put("3-broken.yaml"); err != nil {
		return err
	}
	if _, err := await(ctx, d, d.rejections, "the call of OnReject"); err != nil {
		return err
	}
	d.before = d.store.Snapshot().Version
	if err := d.restart(ctx); err != nil {
		return err
	}
	got, err := await(ctx, d, d.rejections, "the call of OnReject, after the start")
	if err != nil {
		return err
	}
	if d.store.Status().LastGood.IsZero() || d.store.CheckHealth() == nil {
		return errors.New("the last good configuration is not served, or that is not reported")
	}
	d.rejected++
	summary, _, _ := strings.Cut(got.err.Error(), "\n")
	d.say("   The new process has nothing good to read. It serves what the one before had stored, and OnReject says:\n\n   %s\n", summary)
	return d.wantGreeting(ctx, 1)
}

func (d *demo) sickened(ctx context.Context) error {
	begin := time.Now()
	if err := d.put("6-sick.yaml"); err != nil {
		return err
	}
	if _, err := await(ctx, d, d.changes, "the call of OnChange with the update"); err != nil {
		return err
	}
	if err := d.wantStatus(ctx, "/slow?for=1ms", config.Secret{}, http.StatusGatewayTimeout, "with the new timeout, nothing is in time"); err != nil {
		return err
	}
	requests := time.NewTicker(time.Millisecond)
	defer requests.Stop()
	for deadline := time.Now().Add(d.maxWait); len(d.rejections) == 0; <-requests.C {
		if time.Now().After(deadline) || ctx.Err() != nil {
			return errors.New("the update was not taken back")
		}
		if _, _, err := d.client.get(ctx, "/slow?for=1ms", config.Secret{}); err != nil {
			return err
		}
	}
	if _, err := await(ctx, d, d.changes, "the call of OnChange with the rollback"); err != nil {
		return err
	}
	got := <-d.rejections
	if code := got.err.Problems[0].Code; code != config.CodeProbation {
		return fmt.Errorf("rejected for %q, want %q", code, config.CodeProbation)
	}
	d.rejected++
	d.say("   Its probation has failed: taken back after %s. OnReject says why:\n", milliseconds(got.at.Sub(begin)))
	d.say("   %s\n", strings.ReplaceAll(got.err.Error(), "\n", "\n   "))
	return errors.Join(
		d.wantGreeting(ctx, 3),
		d.wantStatus(ctx, "/slow?for=1ms", config.Secret{}, http.StatusOK, "the old timeout holds again"),
	)
}

// update puts the named file into the volume, waits until it is published as the given version, and
// prints the changes.
func (d *demo) update(ctx context.Context, name string, version uint64) error {
	begin := time.Now()
	if err := d.put(name); err != nil {
		return err
	}
	got, err := await(ctx, d, d.changes, fmt.Sprintf("the call of OnChange with version %d", version))
	if err != nil {
		return err
	}
	live := d.store.Snapshot()
	if live.Version != version || live.Value != got.new {
		return fmt.Errorf("version %d is in force, want %d", live.Version, version)
	}
	d.say("   Version %d is live %s after the kubelet began. OnChange says what is new:", version, milliseconds(live.LoadedAt.Sub(begin)))
	for _, change := range d.store.Diff(got.old, got.new) {
		d.say("     %v", change)
	}
	for _, waiting := range live.Pending {
		d.say("   It also changes what is read only at the start, so that this waits for a restart:\n     %v", waiting)
	}
	return nil
}

// wantRejection waits for a rejection with exactly these codes, and prints it.
func (d *demo) wantRejection(ctx context.Context, begin time.Time, codes ...string) error {
	got, err := await(ctx, d, d.rejections, "the call of OnReject")
	if err != nil {
		return err
	}
	var gotCodes []string
	for _, problem := range got.err.Problems {
		gotCodes = append(gotCodes, problem.Code)
	}
	if strings.Join(gotCodes, " ") != strings.Join(codes, " ") {
		return fmt.Errorf("rejected for %q, want %q:\n%w", gotCodes, codes, got.err)
	}
	if missing := errors.Is(got.err, fs.ErrNotExist); missing != (codes[0] == config.CodeMissingFile) {
		return fmt.Errorf("errors.Is(err, fs.ErrNotExist) is %v for %w", missing, got.err)
	}
	d.rejected++
	d.say("   Rejected after %s. OnReject says why:\n", milliseconds(got.at.Sub(begin)))
	d.say("   %s\n", strings.ReplaceAll(got.err.Error(), "\n", "\n   "))
	return nil
}

// milliseconds formats a duration.
func milliseconds(d time.Duration) string {
	if d < 10*time.Millisecond {
		return fmt.Sprintf("%.1f ms", d.Seconds()*1000)
	}
	return fmt.Sprintf("%d ms", d.Milliseconds())
}
