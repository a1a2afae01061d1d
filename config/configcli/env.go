package configcli

import (
	"io"
	"strings"

	"github.com/spf13/cobra"

	"example.com/lastgood/config"
	"example.com/lastgood/internal/describe"
)

func envCommand(options optionsFunc, variables func(...config.Option) ([]config.EnvVar, error)) *cobra.Command {
	format := newChoice("table", "json")
	cmd := &cobra.Command{
		Use:   "env",
		Short: "List the environment variables",
		Long: `List the environment variables that the service reads, with their defaults and meanings.
The list is made from the program alone; the environment is not read.`,
		Args:         usage(cobra.NoArgs),
		SilenceUsage: true,
		RunE: func(cmd *cobra.Command, _ []string) error {
			opts, err := options(cmd)
			if err != nil {
				return err
			}
			all, err := variables(opts...)
			if err != nil {
				return err
			}
			if format.String() == "json" {
				return writeJSON(cmd.OutOrStdout(), all)
			}
			_, err = io.WriteString(cmd.OutOrStdout(), envTable(all))
			return err
		},
	}
	cmd.Flags().Var(format, "format", format.help())
	return cmd
}

func envTable(all []config.EnvVar) string {
	rows := [][]string{{"VARIABLE", "DEFAULT", "MEANING"}}
	for _, v := range all {
		rows = append(rows, []string{strings.Join(append([]string{v.Name}, v.Others...), " "), defaultOf(v), meaning(v)})
	}
	return table(rows, 72) + `
NAME_FILE in place of NAME names a file that holds the value. Lists are written a,b,c
or as JSON, maps k=v,k2=v2 or as JSON. NAME_KEY sets one entry of a map, NAME_0 one item
of a list. A variable that is empty is not set.
`
}

func defaultOf(v config.EnvVar) string {
	switch {
	case v.Required:
		return "required"
	case v.Default == nil:
		return "-"
	}
	return describe.YAML(v.Default)
}

func meaning(v config.EnvVar) string {
	var all []string
	for _, text := range []string{v.Description, strings.Join(append([]string{v.Type}, v.Rules...), "; ")} {
		if text = describe.Sentence(text); text != "" {
			all = append(all, text)
		}
	}
	if v.Secret {
		all = append(all, "Secret.")
	}
	if v.Restart {
		all = append(all, "Needs a restart.")
	}
	if len(v.Old) > 0 {
		all = append(all, "Old names: "+strings.Join(v.Old, ", ")+".")
	}
	if v.Deprecated != "" {
		all = append(all, describe.Sentence("deprecated: "+v.Deprecated))
	}
	return strings.Join(all, " ")
}
