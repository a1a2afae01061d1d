//go:build unix

package config_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"example.com/lastgood/config"
	"example.com/lastgood/internal/volume"
)

// onVolume returns a store whose file is a key of a volume, with a settle time of an hour for
// other content.
func onVolume(t *testing.T, log *journal) (*volume.Volume, *config.Store[depot]) {
	t.Helper()
	v := volume.New(filepath.Join(t.TempDir(), "etc"))
	must(t, v.Update(map[string]string{"config.yaml": "name: x\n"}))
	return v, open[depot](t, config.WithFile(v.Path("config.yaml")), logTo(log), config.WithPollInterval(0))
}

func TestAKeyThatAVolumeLosesIsReportedAtOnceWithWhatIsThere(t *testing.T) {
	t.Parallel()
	v, s := onVolume(t, &journal{})
	must(t, v.Update(map[string]string{"settings.yaml": "name: y\n"}))
	eventually(t, "the rejection", func() bool { return s.Status().Err != nil })
	wantProblems(t, s.CheckHealth(), "config.yaml: no such file; there is settings.yaml [missing_file]")
	must(t, v.Update(map[string]string{"config.yaml": "name: z\n"}))
	eventually(t, "the key is back", func() bool { return s.Current().Name == "z" && s.Status().Err == nil })
}

func TestAnOptionalKeyThatAVolumeLosesIsGoneAtOnce(t *testing.T) {
	t.Parallel()
	v := volume.New(filepath.Join(t.TempDir(), "etc"))
	must(t, v.Update(map[string]string{"a.yaml": "name: x\n", "b.yaml": "name: y\n"}))
	s := open[depot](t, config.WithFile(v.Path("a.yaml")), config.WithOptionalFile(v.Path("b.yaml")), config.WithPollInterval(0))
	must(t, v.Update(map[string]string{"a.yaml": "name: x\n"}))
	eventually(t, "the first name", func() bool { return s.Current().Name == "x" })
}

// A link outside of a volume may be created before its file, so the store waits for the file.
func TestAFileThatIsMissingBehindAnotherLinkIsWaitedFor(t *testing.T) {
	t.Parallel()
	dir := files(t, "1/c.yaml", "name: x\n", "2/d.yaml", "")
	link := filepath.Join(dir, "link")
	must(t, os.Symlink("1", link))
	s := open[depot](t, config.WithFile(filepath.Join(link, "c.yaml")), config.WithSettle(time.Second), config.WithPollInterval(0))
	must(t, os.Symlink("2", link+".tmp"))
	must(t, os.Rename(link+".tmp", link))
	put(t, filepath.Join(dir, "2", "c.yaml"), "name: y\n")
	eventually(t, "the second name", func() bool { return s.Current().Name == "y" })
	if n := s.Status().Attempts[config.Rejected]; n != 0 {
		t.Errorf("%d rejections", n)
	}
}

func TestTheHintOfAMissingFileIsShort(t *testing.T) {
	t.Parallel()
	for want, names := range map[string][]string{
		"c.yaml: no such file [missing_file]":                                          {".hidden", "..data"},
		"c.yaml: no such file; there are a and b [missing_file]":                       {"a", "b"},
		"c.yaml: no such file; there are 1, 2, 3, 4, 5 and others [missing_file]":      {"1", "2", "3", "4", "5", "6", "7"},
		`c.yaml: no such file; there is a\x1b[31m\n::error:: [missing_file]`:           {"a\x1b[31m\n::error::"},
		"c.yaml: no such file; there are C.yaml, c.yml and config.yaml [missing_file]": {"C.yaml", "c.yml", "config.yaml"},
	} {
		dir := t.TempDir()
		for _, name := range names {
			put(t, filepath.Join(dir, name), "")
		}
		wantProblems(t, config.Check[depot](config.WithFile(filepath.Join(dir, "c.yaml"))), want)
	}
}

func TestEveryRecordOfAVersionHasItsDigests(t *testing.T) {
	t.Parallel()
	log := &journal{}
	path := yamlFile(t, "name: x\n")
	s := open[depot](t, config.WithFile(path), config.WithoutWatch(), logTo(log))
	want := func(pattern string) {
		t.Helper()
		d := s.Status().Digests
		pattern = strings.NewReplacer("DIGESTS", "content="+d.Content.Short()+" effective="+d.Effective.Short(), "DISK", "disk="+d.Disk.Short()).Replace(pattern)
		if got := log.Take(); !regexp.MustCompile(pattern).MatchString(got) {
			t.Errorf("logged %s, want %s", got, pattern)
		}
	}
	want(`level=INFO msg="config: loaded" version=1 DIGESTS files=` + path)
	accepts(t, s, path, "name: y\n")
	want(`msg="config: reloaded" version=2 DIGESTS files=` + path + ` changed=`)
	put(t, path, "nmae: y\n")
	_ = s.Reload(t.Context())
	want(`msg="config: reload rejected" DISK err`)
	accepts(t, s, path, "name: y\n")
	want(`msg="config: the content on disk is good again" version=2 DIGESTS`)
}
