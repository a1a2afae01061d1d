package configetcd_test

import (
	"context"
	"log"
	"os"
	"strings"

	clientv3 "go.etcd.io/etcd/client/v3"

	"example.com/lastgood/config"
	"example.com/lastgood/config/configetcd"
)

// The password is in a file, which is read for each connection.
func ExampleDial() {
	type Config struct {
		Greeting string
		DB       struct{ Password config.Secret }
	}
	source := configetcd.Dial(func(context.Context) (clientv3.Config, error) {
		password, err := os.ReadFile("/var/run/secrets/etcd/password")
		return clientv3.Config{Endpoints: []string{"https://etcd-0:2379", "https://etcd-1:2379", "https://etcd-2:2379"},
			Username: "app", Password: strings.TrimSpace(string(password))}, err
	}, "/config/app",
		configetcd.Values("", "db/password"), // db.password
		configetcd.Secret("db/password"),     // the other keys are documents
	)
	cfg, err := config.Load[Config](config.WithSource(source), config.WithLastGood("/var/lib/app"))
	if err != nil {
		log.Fatal(err)
	}
	defer cfg.Close()
}
