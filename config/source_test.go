package config_test

import (
	"errors"
	"strings"
	"testing"

	"example.com/lastgood/config"
	"example.com/lastgood/config/configtest"
)

func TestASourceIsLoadedAndFollowed(t *testing.T) {
	t.Parallel()
	src := configtest.NewSource(t, "played:app")
	src.Update(map[string]string{"c.yaml": "port: 80\n"})
	s := open[served](t, config.WithSource(src))
	if s.Current().Port != 80 {
		t.Errorf("serving %+v", *s.Current())
	}
	src.Update(map[string]string{"c.yaml": "port: 81\n"})
	eventually(t, "the change", func() bool { return s.Current().Port == 81 })
	if o, _ := s.Origin("port"); o.String() != "played:app/c.yaml:1:7" {
		t.Errorf("its origin is %v", o)
	}
}

type wrongSource struct{ *configtest.Source }

func (wrongSource) Err() error { return errors.New("the port is no number") }

func TestASourceThatWasMadeWronglyIsAnErrorOfOpen(t *testing.T) {
	t.Parallel()
	src := configtest.NewSource(t, "played")
	_, err := config.Open[served](config.WithSource(wrongSource{src}))
	if err == nil || !strings.Contains(err.Error(), "WithSource: the port is no number") {
		t.Errorf("Open returns %v", err)
	}
	if n := src.Reads(); n != 0 {
		t.Errorf("it was read %d times", n)
	}
}
