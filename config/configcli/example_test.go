package configcli_test

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"example.com/lastgood/config"
	"example.com/lastgood/config/configcli"
)

type Limits struct {
	Port    int `default:"8080" validate:"min=1,max=65535"`
	Clients int `default:"100" validate:"min=1"`
}

// A service mounts the command in its own. In main, the last lines would be
// os.Exit(configcli.ExitCode(root.Execute())).
func ExampleCommand() {
	dir, err := os.MkdirTemp("", "configcli-")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = os.RemoveAll(dir) }()
	path := filepath.Join(dir, "config.yaml")
	if err := os.WriteFile(path, []byte("port: 9090\n"), 0o600); err != nil {
		fmt.Println(err)
		return
	}

	root := &cobra.Command{Use: "app"}
	root.AddCommand(configcli.Command[Limits](config.WithFile(path), config.WithEnv("APP")))

	root.SetArgs([]string{"config", "check"})
	root.SetOut(os.Stdout)
	fmt.Println("exit code", configcli.ExitCode(root.Execute()))
	// Output:
	// ok
	// exit code 0
}
