// Package configcli makes a cobra command that checks, shows, documents and compares the
// configuration of a service, to be mounted in the service's own command line:
//
//	root := &cobra.Command{Use: "app"}
//	root.AddCommand(configcli.Command[Config](config.WithFile("/etc/app/config.yaml"), config.WithEnv("APP")))
//	os.Exit(configcli.ExitCode(root.Execute()))
//
// The options are those that the service gives to [config.Load], so that the command
// reads and judges what the service would. Options that depend on flags, as the path of the
// file does on a persistent --config, are for [CommandFunc]. The commands:
//
//	app config check            before a start, like nginx -t
//	app config check new.yaml   before a file is put in place
//	app config check cm.yaml    before a ConfigMap reaches the cluster
//	app config show             what is in force, and where each value comes from
//	app config schema           a JSON Schema for editors
//	app config sample           a commented file to start from
//	app config env              the environment variables
//	app config status           how the running process is doing, over its Unix socket
//	app config fleet URL...     whether all processes have the same
//
// No command prints a secret, or writes a file, a temporary one neither: what is checked
// is judged from memory. Control characters and other things in names and values that a
// terminal or GitHub's runner would act upon are escaped. The package never ends the
// process: commands return errors, and [ExitCode] tells main what to exit with.
//
// # Running processes
//
// config status asks the process that listens on a Unix socket ([DefaultSocket]), as
// confighttp.ListenUnix makes one, and exits with 0 if that is healthy, 1 if not, and 2 if it
// could not be asked: for kubectl exec, and for gates of a rollout, in an image that has
// nothing but the service. config fleet asks the pages of many processes and compares
// their digests; see [config.Digests].
//
// # Manifests
//
// Of a Kubernetes manifest, config check judges the data of each ConfigMap by itself, and
// reports what is wrong at the line and column of the manifest. What Kubernetes would
// refuse is a problem with the code "manifest": a key that is no file name, a value that is
// no text or not base64. Data that does not stand in the manifest line by line, because it
// is quoted, folded or in base64, has its own lines in the messages. Secrets are judged
// only where the flag --key names one of their keys. --name picks a ConfigMap of several.
// Nothing is expanded, and no file is opened to which such data, or the standard input,
// refers: each of these values counts as set and is not judged, with a warning.
//
// What is set elsewhere has two ways to count. If the manifest has the pods and the Secrets,
// too, as the output of kustomize has, a ConfigMap is checked with what the containers that
// mount it take from Secrets: variables with the names that "config env" lists, by a
// secretKeyRef, by envFrom, or by NAME_FILE with a path in a mounted Secret. The values are
// not shown, and no file is opened. Other variables of the pods, and directories of key files,
// are not read. Otherwise, --assume-set names a key that is set: that it is not, or that a
// section around it is missing, is no problem then. Validate methods and rules that compare it
// with others see it unset.
package configcli
