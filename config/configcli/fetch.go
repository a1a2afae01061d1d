package configcli

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"example.com/lastgood/config"
)

// answer is the JSON of package confighttp.
type answer struct {
	Stores []storeAnswer `json:"stores"`
}

type storeAnswer struct {
	Name     string           `json:"name"`
	State    string           `json:"state"`
	Summary  string           `json:"summary"`
	Healthy  bool             `json:"healthy"`
	Status   config.Status    `json:"status"`
	Settings []config.Setting `json:"settings,omitzero"`
}

// fetchTimeout is how long a process may take to answer.
const fetchTimeout = 5 * time.Second

// fetch requests the JSON of a process. It reads at most maxBytes and follows no redirect.
func fetch(ctx context.Context, transport http.RoundTripper, u *url.URL, maxBytes int64) (answer, error) {
	var a answer
	ctx, cancel := context.WithTimeout(ctx, fetchTimeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), http.NoBody)
	if err != nil {
		return a, err
	}
	client := http.Client{Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	response, err := client.Do(request)
	if err != nil {
		return a, err
	}
	defer func() { _ = response.Body.Close() }() // it was only read
	if response.StatusCode != http.StatusOK {
		return a, fmt.Errorf("the answer is %d %s", response.StatusCode, http.StatusText(response.StatusCode))
	}
	body, err := io.ReadAll(io.LimitReader(response.Body, maxBytes+1))
	switch {
	case err != nil:
		return a, err
	case int64(len(body)) > maxBytes:
		return a, fmt.Errorf("the answer has more than %d bytes", maxBytes)
	}
	if err := json.Unmarshal(body, &a); err != nil {
		return a, fmt.Errorf("the answer is not that of confighttp.Handler: %w", err)
	}
	if len(a.Stores) == 0 {
		return a, fmt.Errorf("the answer has no store")
	}
	return a, nil
}
