package configprom_test

import (
	"regexp"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"go.yaml.in/yaml/v3"

	"example.com/lastgood/config/configprom"
	"example.com/lastgood/internal/testkit"
)

func TestTheAlertsOfTheExampleUseMetricsThatExist(t *testing.T) {
	var rules struct {
		Groups []struct {
			Name  string
			Rules []struct {
				Alert, Expr, For    string
				Labels, Annotations map[string]string
			}
		}
	}
	if err := yaml.Unmarshal([]byte(testkit.Read(t, "../../example/k8s/alerts.yaml")), &rules); err != nil {
		t.Fatal(err)
	}
	if len(rules.Groups) != 1 || len(rules.Groups[0].Rules) != 10 {
		t.Fatalf("got %+v", rules)
	}
	names := metricNames(t)
	for _, rule := range rules.Groups[0].Rules {
		asked := regexp.MustCompile(`\bconfig_\w+`).FindAllString(rule.Expr, -1)
		if len(asked) == 0 || rule.For == "" || rule.Annotations["summary"] == "" {
			t.Errorf("%s is not whole: %+v", rule.Alert, rule)
		}
		for _, name := range asked {
			if !names[name] {
				t.Errorf("%s asks for %s, which there is not", rule.Alert, name)
			}
		}
	}
}

func metricNames(t *testing.T) map[string]bool {
	t.Helper()
	store, _ := follow(t, good)
	registry := prometheus.NewPedanticRegistry()
	registry.MustRegister(configprom.NewCollector(configprom.Named("app", store)))
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{}
	for _, f := range families {
		names[f.GetName()] = true
	}
	return names
}
