package configkube_test

import (
	"strings"
	"testing"

	"example.com/lastgood/config"
	"example.com/lastgood/config/configkube"
	"example.com/lastgood/internal/testkit"
)

func TestDataOfASecretIsNeverShown(t *testing.T) {
	t.Parallel()
	type db struct {
		DB struct {
			Password string
			Port     int
		}
	}
	a := newAPI(t)
	a.put("secrets", encode(map[string]string{"password": "hunter2", "port": "s3cr3t"}))
	source := configkube.Secret("prod", "app", a.options(configkube.Values("db"))...)
	_, err := config.Open[db](quiet, config.WithSource(source))
	if err == nil || !strings.Contains(err.Error(), "secret:prod/app/db.port") || strings.Contains(err.Error(), "s3cr3t") {
		t.Errorf("Open returns %v", err)
	}
	a.put("secrets", encode(map[string]string{"password": "hunter2", "port": "1"}))
	s, err := config.Open[db](quiet, config.WithSource(source))
	testkit.Must(t, err)
	defer s.Close()
	for _, setting := range s.Settings() {
		if strings.Contains(setting.String(), "hunter2") {
			t.Error(setting)
		}
	}
	if s.Current().DB.Password != "hunter2" {
		t.Errorf("serving %+v", *s.Current())
	}
}
