package config_test

import (
	"fmt"
	"log"
	"strings"

	"github.com/spf13/viper"

	"example.com/lastgood/config"
)

// A program is migrated in three steps. In the first, the store reads the file and the other
// values of the program's Viper, and code that reads by key uses the Viper of the store.
func Example_movingFromViper1() {
	path := file("server: {addr: ':9090'}\ndb: {dsn: postgres://db/app}\n")

	v := viper.New() // as ever
	v.SetConfigFile(path)
	v.SetDefault("server.read_timeout", "10s")
	v.SetEnvPrefix("shop")
	v.SetEnvKeyReplacer(strings.NewReplacer(".", "_"))
	v.AutomaticEnv()
	if err := v.ReadInConfig(); err != nil {
		log.Fatal(err)
	}

	cfg, err := config.Load[Config](config.WithFile(path), config.WithViper(v)) // new
	if err != nil {
		log.Fatal(err)
	}
	defer cfg.Close()

	fmt.Println(cfg.Viper().GetDuration("server.read_timeout")) // was v.GetDuration(...)
	fmt.Println(cfg.Current().Server.Addr)                      // code that has moved
	// Output:
	// 10s
	// :9090
}

// In the second step, the store reads everything, and defaults are in tags. The program no
// longer has a Viper of its own.
func Example_movingFromViper2() {
	path := file("server: {addr: ':9090'}\ndb: {dsn: postgres://db/app}\n")
	setenv("SHOP_SERVER_READ_TIMEOUT", "10s")

	cfg, err := config.Load[Config](config.WithFile(path), config.WithEnv("SHOP"))
	if err != nil {
		log.Fatal(err)
	}
	defer cfg.Close()

	fmt.Println(cfg.Viper().GetDuration("server.read_timeout")) // has not moved yet
	fmt.Println(cfg.Current().Server.Addr)
	// Output:
	// 10s
	// :9090
}

// In the third step, all code reads the struct.
func Example_movingFromViper3() {
	path := file("server: {addr: ':9090'}\ndb: {dsn: postgres://db/app}\n")
	setenv("SHOP_SERVER_READ_TIMEOUT", "10s")

	cfg, err := config.Load[Config](config.WithFile(path), config.WithEnv("SHOP"))
	if err != nil {
		log.Fatal(err)
	}
	defer cfg.Close()

	c := cfg.Current() // once for each request
	fmt.Println(c.Server.ReadTimeout, c.Server.Addr)
	// Output:
	// 10s :9090
}

// equalSigns is the codec of a format with one setting a line. For ini, properties, dotenv
// and hcl there are those of github.com/go-viper/encoding.
type equalSigns struct{}

func (equalSigns) Decode(content []byte, into map[string]any) error {
	for line := range strings.Lines(string(content)) {
		key, value, ok := strings.Cut(strings.TrimSpace(line), "=")
		if !ok {
			return fmt.Errorf("no = in %q", line)
		}
		into[key] = value
	}
	return nil
}

// Files of other formats are read by the codecs that Viper uses.
func ExampleWithCodec() {
	path := file("") + ".env"
	rewrite(path, "SERVER_ADDR=:9090\nDB_DSN=postgres://db/app\n")
	cfg, err := config.Open[Config](config.WithFile(path), config.WithCodec("env", equalSigns{}))
	if err != nil {
		log.Fatal(err)
	}
	defer cfg.Close()
	fmt.Println(cfg.Current().Server.Addr)
	// Output:
	// :9090
}
