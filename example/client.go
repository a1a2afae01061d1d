package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"

	"example.com/lastgood/config"
)

// client asks the service over HTTP.
type client struct {
	base   string
	before uint64 // versions of earlier processes
	http   http.Client
	asked  int
}

func newClient(addr string, before uint64) *client {
	// A transport of its own, so that close leaves no connection behind.
	return &client{base: "http://" + addr, before: before, http: http.Client{Transport: &http.Transport{}}}
}

func (c *client) close() { c.http.CloseIdleConnections() }

func (c *client) get(ctx context.Context, path string, apiKey config.Secret) (status int, body []byte, err error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, c.base+path, nil)
	if err != nil {
		return 0, nil, err
	}
	if !apiKey.IsZero() {
		r.Header.Set("Authorization", "Bearer "+apiKey.Reveal())
	}
	resp, err := c.http.Do(r)
	if err != nil {
		return 0, nil, err
	}
	defer func() { _ = resp.Body.Close() }() // it has been read
	c.asked++
	body, err = io.ReadAll(resp.Body)
	return resp.StatusCode, bytes.TrimSpace(body), err
}

// greets asks for GET /, shows the answer and checks that it is the version's.
func (d *demo) greets(ctx context.Context, version uint64) error {
	status, body, err := d.client.get(ctx, "/", config.Secret{})
	if err != nil {
		return err
	}
	d.say("   GET /             %d  %s", status, body)
	got, err := d.client.parseGreeting(status, body)
	if err == nil && got.Version != version {
		err = fmt.Errorf("GET / answered with version %d, want %d", got.Version, version)
	}
	return err
}

// parseGreeting reads an answer to GET /, which must be all of one version.
func (c *client) parseGreeting(status int, body []byte) (got greeting, err error) {
	if err := json.Unmarshal(body, &got); err != nil || status != http.StatusOK {
		return got, fmt.Errorf("GET / answered %d %s", status, body)
	}
	if got.Version == 0 || c.before+got.Version >= uint64(len(answers)) {
		return got, fmt.Errorf("GET / answered with version %d", got.Version)
	}
	want := answers[c.before+got.Version]
	if got.Greeting != want.Greeting || got.Timeout != want.Timeout {
		return got, fmt.Errorf("GET / answered %s, but version %d has greeting %q and timeout %s",
			body, got.Version, want.Greeting, want.Timeout)
	}
	return got, nil
}

// asks checks the status of an answer and says what it proves.
func (d *demo) asks(ctx context.Context, path string, apiKey config.Secret, want int, proof string) error {
	begin := time.Now()
	status, body, err := d.client.get(ctx, path, apiKey)
	if err != nil {
		return err
	}
	if status != want {
		return fmt.Errorf("GET %s answered %d %s, want %d", path, status, body, want)
	}
	d.say("   GET %-13s %d  %s (%s)", path, status, proof, took(time.Since(begin)))
	return nil
}

// logged checks that a line has been logged, and shows it.
func (d *demo) logged(want string) error {
	line, ok := d.log.find(want)
	if !ok {
		return fmt.Errorf("nothing was logged with %s", want)
	}
	d.say("   log, now at DEBUG:     %s", line)
	return nil
}
