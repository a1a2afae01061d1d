package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"
)

// script is the demo, step by step.
var script = []struct {
	title string
	play  func(*demo, context.Context) error
}{
	{"etcd has the configuration", (*demo).filled},
	{"The service starts", (*demo).started},
	{"A good change of two keys, in one transaction", (*demo).changed},
	{"A broken change", (*demo).broken},
	{"The repair", (*demo).repaired},
	{"The server is gone", (*demo).gone},
	{"The service restarts, while the server is gone", (*demo).restarted},
	{"The server is back, with another change", (*demo).back},
}

func (d *demo) filled(ctx context.Context) (err error) {
	if err := os.Mkdir(filepath.Join(d.dir, "state"), 0o700); err != nil {
		return err
	}
	if d.server, err = newServer(ctx, d.dir); err != nil {
		return err
	}
	if d.admin, err = newAdmin(d.server.endpoint()); err != nil {
		return err
	}
	err = d.put(ctx, "config.yaml", "greeting: Hello\ntimeout: 2s\n",
		"upstreams.yaml", "upstreams:\n  - {name: eu-1, weight: 100}\n", "db/password", "first-password")
	if err != nil {
		return err
	}
	keys, err := d.admin.Get(ctx, prefix+"/", clientv3.WithPrefix(), clientv3.WithKeysOnly())
	if err != nil {
		return err
	}
	for _, kv := range keys.Kvs {
		d.say("   %s", kv.Key)
	}
	d.say("   Two documents and a secret value, all at revision %d.", keys.Header.Revision)
	return nil
}

func (d *demo) started(context.Context) error {
	if err := d.start(); err != nil {
		return err
	}
	for _, s := range d.store.Settings() {
		d.say("     %v", s)
	}
	return d.serves("Hello")
}

func (d *demo) changed(ctx context.Context) error {
	begin := time.Now()
	err := d.put(ctx, "config.yaml", "greeting: Hi\ntimeout: 200ms\n",
		"upstreams.yaml", "upstreams:\n  - {name: eu-1, weight: 60}\n  - {name: eu-2, weight: 40}\n")
	if err != nil {
		return err
	}
	if err := d.updated(ctx, begin, "Hi"); err != nil {
		return err
	}
	return d.serves("Hi")
}

func (d *demo) broken(ctx context.Context) error {
	begin := time.Now()
	err := d.put(ctx, "config.yaml", "greeting: Bonjour\ntimeuot: 300ms\n",
		"upstreams.yaml", "upstreams:\n  - {name: eu-1, weight: 60}\n  - {name: eu-2, weight: 60}\n")
	if err != nil {
		return err
	}
	got, err := await(ctx, d.rejections, "a call of OnReject")
	if err != nil {
		return err
	}
	if n := len(got.Problems); n != 2 {
		return fmt.Errorf("%d problems, want 2: %w", n, got)
	}
	d.say("   Rejected after %s. OnReject shows why:\n\n%s\n", took(time.Since(begin)), indent(got.Error()))
	return d.serves("Hi")
}

func (d *demo) repaired(ctx context.Context) error {
	begin := time.Now()
	err := d.put(ctx, "config.yaml", "greeting: Bonjour\ntimeout: 300ms\n",
		"upstreams.yaml", "upstreams:\n  - {name: eu-1, weight: 50}\n  - {name: eu-2, weight: 50}\n", "db/password", "second-password")
	if err != nil {
		return err
	}
	return d.updated(ctx, begin, "Bonjour")
}

func (d *demo) gone(ctx context.Context) error {
	begin := time.Now()
	d.server.stop()
	st, err := d.status(ctx, true)
	if err != nil {
		return err
	}
	d.say("   The source is stale after %s, and nothing is rejected. The status has:\n     %s: %s, %s", took(time.Since(begin)), st.Path, st.Mode, st.Reason)
	return d.serves("Bonjour")
}

func (d *demo) restarted(context.Context) error {
	d.store.Close()
	if err := d.start(); err != nil {
		return err
	}
	since := d.store.Status().LastGood
	if since.IsZero() {
		return errors.New("the last good configuration is not served")
	}
	d.say("   The new process can read nothing. It serves what the one before had stored, and CheckHealth\n"+
		"   returns:\n\n%s\n", indent(fmt.Sprint(d.store.CheckHealth())))
	return d.serves("Bonjour")
}

func (d *demo) back(ctx context.Context) error {
	begin := time.Now()
	if err := d.server.start(ctx); err != nil {
		return err
	}
	if err := d.put(ctx, "config.yaml", "greeting: Ciao\ntimeout: 300ms\n"); err != nil {
		return err
	}
	for d.store.Current().Greeting != "Ciao" { // what was put before may come first
		if _, err := await(ctx, d.changes, "a call of OnChange"); err != nil {
			return err
		}
	}
	d.say("   Version %d is live %s after the server began to start.", d.store.Snapshot().Version, took(time.Since(begin)))
	if _, err := d.status(ctx, false); err != nil {
		return err
	}
	if err := d.store.CheckHealth(); err != nil {
		return err
	}
	return d.serves("Ciao")
}
