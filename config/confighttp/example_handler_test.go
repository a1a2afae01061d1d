package confighttp_test

import (
	"encoding/json"
	"fmt"
	"log"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"

	"example.com/lastgood/config"
	"example.com/lastgood/config/confighttp"
)

// The page is served beside the metrics, on a port for operators. A script requests its JSON.
func ExampleHandler() {
	cfg, _, clean := exampleStore()
	defer clean()

	mux := http.NewServeMux()
	mux.Handle("/debug/config/", http.StripPrefix("/debug/config", confighttp.Handler(confighttp.Named("app", cfg))))

	answer := httptest.NewRecorder()
	mux.ServeHTTP(answer, httptest.NewRequest(http.MethodGet, "/debug/config/?format=json", nil))
	var all struct {
		Stores []struct{ Name, State, Summary string }
	}
	fmt.Println(json.Unmarshal(answer.Body.Bytes(), &all))
	for _, s := range all.Stores {
		fmt.Printf("%s is %s: %s\n", s.Name, s.State, s.Summary)
	}
	// Output:
	// <nil>
	// app is ok: Serving version 1, as it is on disk
}

// With WithReload, a deployment can have a configuration validated at once.
func ExampleWithReload() {
	cfg, path, clean := exampleStore()
	defer clean()

	page := confighttp.Handler(confighttp.Named("app", cfg), confighttp.WithReload())
	for _, content := range []string{"rate: 20", "rate: plenty"} {
		rewrite(path, content)
		request := httptest.NewRequest(http.MethodPost, "http://localhost/reload?name=app", nil)
		request.Header.Set("Accept", "application/json")
		answer := httptest.NewRecorder()
		page.ServeHTTP(answer, request)
		fmt.Println(content, "-", answer.Result().Status, "- running", cfg.Current().Rate)
	}
	// Output:
	// rate: 20 - 200 OK - running 20
	// rate: plenty - 422 Unprocessable Entity - running 20
}

// exampleStore opens a store on a new file.
func exampleStore() (cfg *config.Store[struct{ Rate int }], path string, clean func()) {
	dir, err := os.MkdirTemp("", "confighttp-")
	if err != nil {
		log.Fatal(err)
	}
	path = filepath.Join(dir, "app.yaml")
	rewrite(path, "rate: 10")
	cfg, err = config.Open[struct{ Rate int }](config.WithFile(path), config.WithLogger(slog.New(slog.DiscardHandler)))
	if err != nil {
		log.Fatal(err)
	}
	return cfg, path, func() {
		cfg.Close()
		_ = os.RemoveAll(dir)
	}
}

// rewrite replaces the content of a file.
func rewrite(path, content string) {
	if err := os.WriteFile(path+".tmp", []byte(content), 0o600); err != nil {
		log.Fatal(err)
	}
	if err := os.Rename(path+".tmp", path); err != nil {
		log.Fatal(err)
	}
}
