// Package configcli makes a cobra command that checks, shows, documents and compares the
// configuration of a service. The service adds it to its own command line:
//
//	root := &cobra.Command{Use: "app"}
//	root.AddCommand(configcli.Command[Config](config.WithFile("/etc/app/config.yaml"), config.WithEnv("APP")))
//	os.Exit(configcli.ExitCode(root.Execute()))
//
// The options are those that the service gives to [config.Load], so that the command reads and
// validates exactly what the service would. Options that depend on flags, such as the path of
// the file in a persistent flag --config, are for [CommandFunc]. The commands:
//
//	app config check            validate before a start, like nginx -t
//	app config check new.yaml   validate a file before it is installed
//	app config check cm.yaml    validate a ConfigMap before it is applied
//	app config show             print every setting with its value and its origin
//	app config schema           print a JSON Schema for editors
//	app config sample           print a commented file to start from
//	app config env              list the environment variables
//	app config status           print the state of the running process, over its Unix socket
//	app config fleet URL...     compare the configurations of many processes
//
// No command prints a secret, and none writes a file, not even a temporary one: documents are
// validated in memory. Control characters and others in names and values on which a terminal or
// GitHub's runner would act are escaped. The package never ends the process: commands return
// errors, and [ExitCode] returns the exit code for main.
//
// # Running processes
//
// config status sends a request to the process that listens on a Unix socket ([DefaultSocket]),
// which a service opens with confighttp.ListenUnix. It exits with 0 if the process is healthy,
// 1 if it is not, and 2 without an answer: for kubectl exec, and for gates of a rollout, in an
// image that contains nothing but the service. config fleet requests the pages of many processes
// and compares their digests; see [config.Digests]. Both print JSON with --format json.
//
// # Manifests
//
// In a Kubernetes manifest, config check validates the data of each ConfigMap by itself, and
// reports problems at the line and column of the manifest. What Kubernetes would refuse is a
// problem with the code "manifest": a key that is not a file name, a value that is not a string
// or not base64. Where the manifest does not contain the data line by line, because it is quoted,
// folded or in base64, the message has the line of the data. Secrets are validated only if the
// flag --key names one of their keys. --name selects a ConfigMap of several.
//
// In the data of a manifest, and in the standard input, no variable is expanded and no file is
// opened: a value that refers to one counts as set and is not validated, with a warning.
//
// There are two ways to account for values that are set elsewhere. If the manifest contains the
// pods and the Secrets, too, as the output of kustomize does, a ConfigMap is checked together with
// what the containers that mount it take from those Secrets: variables with the names that
// "config env" lists, by a secretKeyRef, by envFrom, or by NAME_FILE with a path in a mounted
// Secret. Their values are not printed. Other variables of the pods, and directories of key
// files, are not read. Otherwise, --assume-set names a key that is set: that it, or a section
// around it, is missing is no problem then. Validate methods and rules that compare it with other
// keys see it unset.
package configcli
