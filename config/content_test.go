package config_test

import (
	"path/filepath"
	"strings"
	"testing"

	"example.com/lastgood/config"
	"example.com/lastgood/internal/override"
	"example.com/lastgood/internal/source"
)

// given checks documents that are not files, as package configcli does.
func given(documents ...source.Place) config.Option {
	return config.WithOverride(override.Override{Documents: documents})
}

type contents struct {
	Port int `validate:"max=100"`
	Name string
	Pass config.Secret
}

func content(path, name, data string, margin source.Margin) source.Place {
	return source.Place{Path: path, Content: &source.Content{Name: name, Data: []byte(data), Margin: margin}}
}

func TestGivenContentIsLoadedLikeAFile(t *testing.T) {
	const text = "port: 80\npass: hunter2-hunter2\n"
	s := open[contents](t, given(content("a manifest", "c.yaml", text, source.Margin{})))
	if s.Current().Port != 80 || !strings.HasPrefix(s.Status().Digests.Files[0].Sum, "16-bit:") {
		t.Errorf("got %+v of %v", s.Current(), s.Status().Digests)
	}
	if o, _ := s.Origin("port"); o.String() != "a manifest:1:7" {
		t.Errorf("its origin is %v", o)
	}
	if err := s.Reload(t.Context()); err != nil {
		t.Error(err)
	}
	if err := s.CheckHealth(); err != nil {
		t.Error(err)
	}
}

func TestGivenContentIsALayerLikeAFile(t *testing.T) {
	path := yamlFile(t, "port: 80\nname: file\n")
	s := open[contents](t, given(
		content("low", "low.toml", "port = 1\nname = 'low'", source.Margin{}), source.Place{Path: path}, content("high", "high.json", `{"port": 3}`, source.Margin{}),
	))
	if got := *s.Current(); got.Port != 3 || got.Name != "file" {
		t.Errorf("got %+v", got)
	}
	put(t, path, "port: 80\nname: changed\n")
	if err := s.Reload(t.Context()); err != nil || s.Current().Name != "changed" {
		t.Errorf("got %+v, %v", s.Current(), err)
	}
}

func TestProblemsOfAPartHaveThePlacesOfItsFile(t *testing.T) {
	margin := source.Margin{Above: 40, Left: 4}
	for data, want := range map[string][]string{
		"port: 800":                         {"part:41:11: port: must be 100 or less, got 800 [max]"},
		"a: 1\nport: x":                     {"part:41:5: a: unknown key; the keys here are port, name and pass [unknown_key]", `part:42:11: port: want an integer, got "x" [type]`},
		"port: 1\nport: 2":                  {`part:42:5: key "port" is already set on line 41 [duplicate_key]`},
		"port: [":                           {"part:41:11: a bracket is not closed [syntax]"},
		"":                                  {"part:40: no settings in it; write {} if that is meant [empty]"},
		"port: 1\npass: {a: hunter2hunter}": {"part:42:11: pass: want a string, got a map [type]"},
	} {
		err := config.Check[contents](given(content("part", "c.yaml", data, margin)))
		wantProblems(t, err, want...)
		if text := err.Error(); strings.Contains(text, "hunter2") || strings.Contains(text, "port: 800") && !strings.Contains(text, "   41 | port: 800\n      |       ^^^") {
			t.Errorf("got %s", text)
		}
	}
}

func TestGivenContentIsBoundedLikeAFile(t *testing.T) {
	err := config.Check[contents](given(content("stdin", "c.yaml", "port: 80", source.Margin{})), config.WithMaxSize(7))
	wantProblems(t, err, "stdin: has 8 bytes or more, the limit is 7; WithMaxSize raises the limit [too_large]")
	err = config.Check[contents](given(content("stdin", "c", "port: 80", source.Margin{})))
	wantProblems(t, err, "stdin: unknown file type; name it .yaml, .yml, .toml or .json [syntax]")
}

// Given documents replace files and directories of documents, while key files that exist are
// still read.
func TestGivenContentReplacesFilesAndDirectories(t *testing.T) {
	dir := files(t, "c.yaml", "port: [")
	keys := files(t, "pass", "hunter2-hunter2")
	s := open[contents](t, config.WithFile(filepath.Join(dir, "c.yaml")), config.WithDir(dir), config.WithKeyDir(keys), config.WithKeyDir(filepath.Join(dir, "missing")),
		given(content("stdin", "c.yaml", "port: 80", source.Margin{})))
	if got := *s.Current(); got.Port != 80 || got.Pass.Reveal() != "hunter2-hunter2" {
		t.Errorf("got %+v", got)
	}
}
