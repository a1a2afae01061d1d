package confignats_test

import (
	"context"
	"fmt"
	"log"
	"os"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"example.com/lastgood/config"
	"example.com/lastgood/config/confignats"
)

// serve starts a NATS server with JetStream in this process.
func serve() (url string, stop func(), err error) {
	dir, err := os.MkdirTemp("", "nats")
	if err != nil {
		return "", nil, err
	}
	s, err := server.NewServer(&server.Options{Host: "127.0.0.1", Port: server.RANDOM_PORT, NoSigs: true, JetStream: true, StoreDir: dir})
	if err != nil {
		return "", nil, err
	}
	s.Start()
	s.ReadyForConnections(20 * time.Second)
	return s.ClientURL(), func() {
		s.Shutdown()
		s.WaitForShutdown()
		_ = os.RemoveAll(dir)
	}, nil
}

func ExampleNew() {
	url, stop, err := serve()
	if err != nil {
		log.Print(err)
		return
	}
	defer stop()

	// The connection is the service's, and comes back however long the server is away.
	nc, err := nats.Connect(url, nats.MaxReconnects(-1), nats.PingInterval(20*time.Second))
	if err != nil {
		log.Print(err)
		return
	}
	defer nc.Close()
	js, err := jetstream.New(nc)
	if err != nil {
		log.Print(err)
		return
	}
	bucket, err := js.CreateKeyValue(context.Background(), jetstream.KeyValueConfig{Bucket: "config"})
	if err != nil {
		log.Print(err)
		return
	}
	put := func(text string) {
		if _, err := bucket.PutString(context.Background(), "app.yaml", text); err != nil {
			log.Print(err)
		}
	}
	put("greeting: Hello\n")

	type Config struct{ Greeting string }
	cfg, err := config.Open[Config](quiet, config.WithSource(confignats.New(js, "config", "app.yaml")))
	if err != nil {
		log.Print(err)
		return
	}
	defer cfg.Close()
	fmt.Println(cfg.Settings()[0])

	changed := make(chan bool)
	cfg.OnChange(func(_, now *Config) {
		fmt.Println("changed:", now.Greeting)
		close(changed)
	})
	put("greeting: Good evening\n")
	<-changed
	// Output:
	// greeting: "Hello" (nats:config/app.yaml:1:11)
	// changed: Good evening
}
