package configurl_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"

	"example.com/lastgood/config"
	"example.com/lastgood/config/configurl"
)

type Shop struct {
	Name  string `validate:"required"`
	Limit int    `default:"10"`
}

// A service reads its configuration from a web server, and accepts only signed content.
func Example() {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "# signed-by: ops\nname: Bakery\n")
	}))
	defer server.Close()

	source := configurl.New(server.URL+"/shop.yaml", configurl.Verify(func(content []byte) error {
		if !strings.HasPrefix(string(content), "# signed-by: ops\n") {
			return errors.New("the content is not signed by ops")
		}
		return nil
	}))
	cfg, err := config.Open[Shop](config.WithSource(source))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer cfg.Close()
	fmt.Printf("%+v\n", *cfg.Current())
	// Output: {Name:Bakery Limit:10}
}
