// Package configcli makes a cobra command that checks, shows and documents the
// configuration of a service, to be mounted in the service's own command line:
//
//	root := &cobra.Command{Use: "app"}
//	root.AddCommand(configcli.Command[Config](config.WithFile("/etc/app/config.yaml"), config.WithEnv("APP")))
//	os.Exit(configcli.ExitCode(root.Execute()))
//
// The options are those that the service gives to [config.Load], so that the command
// reads and judges what the service would:
//
//	app config check            before a start, like nginx -t
//	app config check new.yaml   before a file is put in place
//	app config check cm.yaml    before a ConfigMap reaches the cluster
//	app config show             what is in force, and where each value comes from
//	app config schema           a JSON Schema for editors
//	app config sample           a commented file to start from
//	app config env              the environment variables
//
// No command prints a secret, or changes anything. The package never ends the
// process: commands return errors, and [ExitCode] tells main what to exit with.
package configcli
