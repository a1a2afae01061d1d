package configcli

import (
	"errors"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"example.com/lastgood/config"
	"example.com/lastgood/internal/override"
)

// problems is the error of a check that found some. They have been printed.
type problems int

func (n problems) Error() string {
	if n == 1 {
		return "the configuration is not good: 1 problem"
	}
	return fmt.Sprintf("the configuration is not good: %d problems", int(n))
}

func checkCommand(options optionsFunc, check func(...config.Option) error, variables func(...config.Option) ([]config.EnvVar, error)) *cobra.Command {
	format := newChoice("text", "json", "github")
	var keys, names, assumed []string
	cmd := &cobra.Command{
		Use:   "check [file...]",
		Short: "Say whether the configuration is good, and exit with 1 if not",
		Long: `Read and judge the configuration as the service would, and say all that is wrong
with it. Nothing is changed. The exit code is 0 if it is good, and 1 if not.

Files that are given are read instead of the service's own, several as layers on top
of each other; "-" is the standard input. The environment counts as usual.

A Kubernetes manifest, or a stream of them, stands for the ConfigMaps in it: the data
of each is checked by itself, and problems have the manifest's line numbers. Secrets
are checked where --key names one of their keys. What the pods that mount a ConfigMap take
from Secrets in the same file, by environment variables, is set for its check. What comes
from elsewhere is assumed to be set by --assume-set. What such data, or the standard input, has
from variables and other files counts as set, and is not judged. No file is written.`,
		SilenceUsage: true,
		RunE: func(cmd *cobra.Command, args []string) error {
			opts, err := options(cmd)
			if err != nil {
				return err
			}
			formats, err := config.FormatsOf(opts...)
			if err != nil {
				return err
			}
			opts = append(slices.Clone(opts), config.WithContext(cmd.Context()))
			s := selection{files: args, keys: keys, names: names, formats: formats}
			if all, err := variables(opts...); err == nil { // or else it reads none
				for _, v := range all {
					s.variables = slices.Concat(s.variables, []string{v.Name}, v.Others, v.Old)
				}
			}
			found, err := checkAll(cmd, s, func(o override.Override) error {
				o.Assumed = assumed
				return check(slices.Concat(opts, []config.Option{config.WithOverride(o)})...)
			})
			if none := override.NoKey(""); errors.As(err, &none) {
				return usageError{cmd, fmt.Errorf("--assume-set: %w", none)}
			}
			if err != nil {
				return err
			}
			if err := report(cmd.OutOrStdout(), format.String(), found); err != nil {
				return err
			}
			if n := count(found); n > 0 {
				return problems(n)
			}
			return nil
		},
	}
	cmd.Flags().Var(format, "format", format.help())
	cmd.Flags().StringArrayVar(&keys, "key", nil, "a key of the data of ConfigMaps and Secrets; by default the only one of each ConfigMap that ends in .yaml, .yml, .toml, .json or another extension that the service reads")
	cmd.Flags().StringArrayVar(&names, "name", nil, "the name of the ConfigMap; by default, all are checked")
	cmd.Flags().StringArrayVar(&assumed, "assume-set", nil, "a key that something else sets, such as a Secret of the cluster: that it is not set is no problem.\nRules and checks that compare it with others see it unset")
	return cmd
}

// checked is a configuration that was judged.
type checked struct {
	name     string // what to call it, or ""
	problems []config.Problem
}

func count(all []checked) int {
	n := 0
	for _, c := range all {
		n += len(c.problems) - c.warnings()
	}
	return n
}

// warnings returns how many of the problems are warnings.
func (c checked) warnings() (n int) {
	for _, p := range c.problems {
		if p.Warning {
			n++
		}
	}
	return n
}

// checkAll judges the configurations that files make up: one of all that are plain,
// and one for each ConfigMap.
func checkAll(cmd *cobra.Command, s selection, check func(override.Override) error) ([]checked, error) {
	targets, all, err := newTargets(cmd, s)
	if err != nil {
		return nil, err
	}
	for _, t := range targets {
		c := checked{name: t.name}
		warned := func(p any) { c.problems = append(c.problems, t.place(p.(config.Problem))) }
		switch bad, err := (*config.Error)(nil), check(override.Override{Documents: t.places, Environ: t.environ, Warned: warned}); {
		case errors.As(err, &bad):
			for _, p := range bad.Problems {
				c.problems = append(c.problems, t.place(p))
			}
		case err != nil:
			return nil, err
		}
		all = append(all, c)
	}
	return all, nil
}
