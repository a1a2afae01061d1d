package config_test

import (
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
