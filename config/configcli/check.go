package configcli

import (
	"errors"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"example.com/lastgood/config"
	"example.com/lastgood/internal/override"
)

// problemCount is the error of a check that has printed so many problems.
type problemCount int

func (n problemCount) Error() string {
	if n == 1 {
		return "the configuration is not good: 1 problem"
	}
	return fmt.Sprintf("the configuration is not good: %d problems", int(n))
}

func checkCommand(options optionsFunc, check func(...config.Option) error, variables func(...config.Option) ([]config.EnvVar, error),
	formatsOf func(...config.Option) (override.Formats, error)) *cobra.Command {
	format := newChoice("text", "json", "github")
	var keys, names, assumed []string
	cmd := &cobra.Command{
		Use:   "check [file...]",
		Short: "Check the configuration, and exit with 1 if it is not good",
		Long: `Read and validate the configuration as the service would, and print all problems.
Nothing is changed. The exit code is 0 if the configuration is good, and 1 if not.

Files that are given are read instead of the service's own, several as layers on top
of each other; "-" is the standard input. The environment counts as usual.

Of a Kubernetes manifest, or a stream of them, the data of each ConfigMap is checked by
itself, and problems have the manifest's line numbers. Secrets are checked where --key
names one of their keys. Variables that the pods that mount a ConfigMap take from Secrets
in the same file are set for its check. --assume-set names keys that are set elsewhere.
Values of such data, or of the standard input, that refer to variables or files count as
set, and are not validated. No file is written.`,
		SilenceUsage: true,
		RunE: func(cmd *cobra.Command, args []string) error {
			opts, err := options(cmd)
			if err != nil {
				return err
			}
			formats, err := formatsOf(opts...)
			if err != nil {
				return err
			}
			opts = append(slices.Clone(opts), config.WithContext(cmd.Context()))
			s := selection{files: args, keys: keys, names: names, formats: formats}
			if all, err := variables(opts...); err == nil { // without WithEnv, the service reads none
				for _, v := range all {
					s.variables = slices.Concat(s.variables, []string{v.Name}, v.Others, v.Old)
				}
			}
			results, err := checkAll(cmd, s, func(o override.Override) error {
				o.Assumed = assumed
				return check(slices.Concat(opts, []config.Option{config.WithOverride(o)})...)
			})
			if unknown := override.NoKey(""); errors.As(err, &unknown) {
				return usageError{cmd, fmt.Errorf("--assume-set: %w", unknown)}
			}
			if err != nil {
				return err
			}
			if err := report(cmd.OutOrStdout(), format.String(), results); err != nil {
				return err
			}
			if n := count(results); n > 0 {
				return problemCount(n)
			}
			return nil
		},
	}
	cmd.Flags().Var(format, "format", format.help())
	cmd.Flags().StringArrayVar(&keys, "key", nil, "a key of the data of ConfigMaps and Secrets; by default the only one of each ConfigMap that ends in .yaml, .yml, .toml, .json or another extension that the service reads")
	cmd.Flags().StringArrayVar(&names, "name", nil, "the name of the ConfigMap; by default, all are checked")
	cmd.Flags().StringArrayVar(&assumed, "assume-set", nil, "a key that is set elsewhere, such as by a Secret of the cluster: it is no problem if it is not set here.\nRules and checks that compare it with others see it unset")
	return cmd
}

// result is the outcome of the check of one configuration.
type result struct {
	name     string // of the configuration in the output, or ""
	problems []config.Problem
}

// count returns the number of problems, without warnings.
func count(results []result) int {
	n := 0
	for _, r := range results {
		n += len(r.problems) - r.warnings()
	}
	return n
}

func (r result) warnings() (n int) {
	for _, p := range r.problems {
		if p.Warning {
			n++
		}
	}
	return n
}

// checkAll checks one configuration whose layers are all plain files, and one for each
// ConfigMap of the manifests.
func checkAll(cmd *cobra.Command, s selection, check func(override.Override) error) ([]result, error) {
	targets, results, err := newTargets(cmd, s)
	if err != nil {
		return nil, err
	}
	for _, t := range targets {
		r := result{name: t.name}
		warned := func(p any) { r.problems = append(r.problems, t.locate(p.(config.Problem))) }
		switch bad, err := (*config.Error)(nil), check(override.Override{Documents: t.documents, Environ: t.environ, Warned: warned}); {
		case errors.As(err, &bad):
			for _, p := range bad.Problems {
				r.problems = append(r.problems, t.locate(p))
			}
		case err != nil:
			return nil, err
		}
		results = append(results, r)
	}
	return results, nil
}
