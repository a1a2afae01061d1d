package config_test

import (
	"fmt"
	"log"

	"example.com/lastgood/config"
)

// Account is described by its tags.
type Account struct {
	User  string        `validate:"required,max=20" desc:"who logs in"`
	Token config.Secret `validate:"required,min=16"`
	Retry int           `default:"3" validate:"min=0" desc:"how often to try again"`
}

// Required keys have an example value.
func ExampleSample() {
	sample, err := config.Sample[Account]("yaml", config.WithEnv("APP"))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%s", sample)
	// Output:
	// # Every setting of config_test.Account. What is commented out has its default,
	// # or shows how it is written.
	//
	// # Who logs in.
	// # A string; must be at most 20 characters long.
	// # Required. Variable: APP_USER.
	// user: example
	//
	// # A string; must be at least 16 characters long.
	// # Required. Secret. Or token_file: the path of a file with it. Variable:
	// # APP_TOKEN.
	// token: replace-this-secret
	//
	// # How often to try again.
	// # An integer; must be 0 or greater.
	// # Default: 3. Variable: APP_RETRY.
	// #retry: 3
}
