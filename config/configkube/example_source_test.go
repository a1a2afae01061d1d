package configkube_test

import (
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"

	"example.com/lastgood/config"
	"example.com/lastgood/config/configkube"
)

// kubernetes stands for an API server behind kubectl proxy.
func kubernetes(w http.ResponseWriter, r *http.Request) {
	if r.URL.Query().Has("watch") {
		<-r.Context().Done()
		return
	}
	fmt.Fprint(w, `{"kind": "ConfigMapList", "metadata": {"resourceVersion": "7"}, "items": [
		{"metadata": {"name": "app", "namespace": "prod"}, "data": {"config.yaml": "greeting: Hello\n", "host": "db.internal"}}]}`)
}

// In a pod, BaseURL and Client are not needed, and an empty namespace is that of the pod.
func ExampleConfigMap() {
	proxy := httptest.NewServer(http.HandlerFunc(kubernetes))
	defer proxy.Close()

	type Config struct {
		Greeting string
		DB       struct{ Host string }
	}
	cfg, err := config.Open[Config](quiet, config.WithSource(configkube.ConfigMap("prod", "app",
		configkube.Keys("config.yaml"),  // a document
		configkube.Values("db", "host"), // db.host
		configkube.BaseURL(proxy.URL), configkube.Client(http.DefaultClient),
	)))
	if err != nil {
		log.Print(err)
		return
	}
	defer cfg.Close()
	for _, s := range cfg.Settings() {
		fmt.Println(s)
	}
	// Output:
	// greeting: "Hello" (configmap:prod/app/config.yaml:1:11)
	// db.host: "db.internal" (configmap:prod/app/db.host)
}
