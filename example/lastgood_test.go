package main

import (
	"bytes"
	"context"
	"os"
	"strings"
	"testing"
	"time"

	"example.com/lastgood/config"
)

// serves runs serve with these arguments until it listens, and returns its log.
func serves(t *testing.T, args ...string) string {
	t.Helper()
	ctx, stop := context.WithTimeout(t.Context(), 20*time.Second)
	defer stop()
	free, err := listenTCP("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := free.Addr().String()
	if err := free.Close(); err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	ended := make(chan struct{})
	seen := newSignalWriter("msg=serving")
	go func() {
		defer close(ended)
		run(ctx, append([]string{"serve", "--server.addr=" + addr}, args...), &log, &both{&log, seen})
	}()
	select {
	case <-seen.seen:
	case <-ended:
	}
	stop()
	<-ended
	return log.String()
}

// both writes to two writers.
type both struct {
	log  *bytes.Buffer
	seen *signalWriter
}

func (b *both) Write(p []byte) (int, error) {
	b.log.Write(p)
	return b.seen.Write(p)
}

func TestServeStartsWithLastGoodOrTheFallback(t *testing.T) {
	t.Setenv("EXAMPLE_API_KEY", "a-key-for-the-tests") // a file with it would not be stored
	content := strings.ReplaceAll(good, "api_key: a-key-for-the-tests", "")
	path, dir, fallback := writeFile(t, content), t.TempDir(), writeFile(t, content)
	store, err := config.Open[Config](config.WithEnv("EXAMPLE"), config.WithFile(path), config.WithLastGood(dir)) // without probation, which takes a minute
	if err != nil {
		t.Fatal(err)
	}
	store.Close()
	if err := os.WriteFile(path, []byte("greting: x\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		args []string
		want string
	}{
		"nothing":   {nil, "config: load failed"},
		"last good": {[]string{"--last-good", dir}, "what was last good"},
		"both":      {[]string{"--last-good", dir, "--fallback", fallback}, "what was last good"},
		"fallback":  {[]string{"--fallback", fallback}, "starting with the fallback"},
	} {
		log := serves(t, append(test.args, "--config", path)...)
		if !strings.Contains(log, test.want) || strings.Contains(log, "msg=serving") != (name != "nothing") {
			t.Errorf("%s: logged:\n%s", name, log)
		}
	}
}
