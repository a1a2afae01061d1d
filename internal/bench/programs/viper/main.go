// Command viper is the minimal service that follows a configuration with
// Viper, the validator and fsnotify. Without an argument, it ends at once.
package main

import (
	"fmt"
	"os"
	"sync/atomic"
	"time"

	"github.com/fsnotify/fsnotify"
	"github.com/go-playground/validator/v10"
	"github.com/spf13/viper"
)

// Config is the same in both programs.
type Config struct {
	Revision int `mapstructure:"revision" validate:"min=1"`
	Server   struct {
		Addr     string `mapstructure:"addr" validate:"hostname_port"`
		Timeouts struct {
			Read time.Duration `mapstructure:"read" validate:"gt=0"`
		} `mapstructure:"timeouts"`
	} `mapstructure:"server"`
}

var (
	current  atomic.Pointer[Config]
	validate *validator.Validate
)

func main() {
	if len(os.Args) < 2 {
		return
	}
	validate = validator.New(validator.WithRequiredStructEnabled())
	v := viper.New()
	v.SetConfigFile(os.Args[1])
	if err := load(v, v.ReadInConfig()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	v.OnConfigChange(func(fsnotify.Event) {
		if err := load(v, nil); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return
		}
		fmt.Println("changed:", current.Load().Server.Addr)
	})
	v.WatchConfig()
	fmt.Println(current.Load().Server.Addr)
}

// load publishes the configuration that v has read, unless err is set or it is not valid.
func load(v *viper.Viper, err error) error {
	if err != nil {
		return err
	}
	var c Config
	if err := v.Unmarshal(&c); err != nil {
		return err
	}
	if err := validate.Struct(&c); err != nil {
		return err
	}
	current.Store(&c)
	return nil
}
