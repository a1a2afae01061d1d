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

// client sends requests to the service.
type client struct {
	base     string
	before   uint64 // versions of earlier processes
	http     http.Client
	requests int
}

func newClient(addr string, before uint64) *client {
	// It has its own transport, so that close can close all connections.
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
	defer func() { _ = resp.Body.Close() }() // it is only read
	c.requests++
	body, err = io.ReadAll(resp.Body)
	return resp.StatusCode, bytes.TrimSpace(body), err
}

// wantGreeting requests GET /, prints the answer and checks that it is of the version.
func (d *demo) wantGreeting(ctx context.Context, version uint64) error {
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

// parseGreeting parses an answer to GET /, and checks that all of it is of one version.
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

// wantStatus requests a path, checks the status of the answer and prints what that proves.
func (d *demo) wantStatus(ctx context.Context, path string, apiKey config.Secret, want int, proof string) error {
	begin := time.Now()
	status, body, err := d.client.get(ctx, path, apiKey)
	if err != nil {
		return err
	}
	if status != want {
		return fmt.Errorf("GET %s answered %d %s, want %d", path, status, body, want)
	}
	d.say("   GET %-13s %d  %s (%s)", path, status, proof, milliseconds(time.Since(begin)))
	return nil
}

// wantLog checks that a record has been logged, and prints it.
func (d *demo) wantLog(want string) error {
	line, ok := d.log.find(want)
	if !ok {
		return fmt.Errorf("nothing was logged with %s", want)
	}
	d.say("   log, now at DEBUG:     %s", line)
	return nil
}
