package configcli

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"example.com/lastgood/config"
	"example.com/lastgood/internal/describe"
	"example.com/lastgood/internal/override"
)

func showCommand(options optionsFunc, settings func(...config.Option) ([]config.Setting, error)) *cobra.Command {
	format := newChoice("table", "yaml", "json")
	cmd := &cobra.Command{
		Use:   "show [file...]",
		Short: "Show every setting with where its value comes from",
		Long: `Read and judge the configuration as the service would, and show every setting with
its value and what set it. Secrets are not shown.

Files that are given are read instead of the service's own, several as layers on top
of each other.`,
		SilenceUsage: true,
		RunE: func(cmd *cobra.Command, files []string) error {
			opts, err := options(cmd)
			if err != nil {
				return err
			}
			opts = append(slices.Clone(opts), config.WithContext(cmd.Context()))
			if len(files) > 0 {
				var given target
				for _, file := range files {
					if err := given.add(input{name: file, path: file}); err != nil {
						return err
					}
				}
				opts = append(opts, config.WithOverride(override.Override{Documents: given.places}))
			}
			all, err := settings(opts...)
			if bad := (*config.Error)(nil); errors.As(err, &bad) {
				var c checked
				for _, p := range bad.Problems {
					c.problems = append(c.problems, target{}.place(p))
				}
				if err := reportText(cmd.OutOrStdout(), []checked{c}); err != nil {
					return err
				}
				return problems(len(c.problems))
			}
			if err != nil {
				return err
			}
			return show(cmd.OutOrStdout(), format.String(), shortened(all))
		},
	}
	cmd.Flags().Var(format, "format", format.help())
	return cmd
}

// shortened names files by the path from the working directory.
func shortened(settings []config.Setting) []config.Setting {
	all := slices.Clone(settings)
	for i := range all {
		s := &all[i]
		s.Origin.Name, s.Overrides = near(s.Origin), slices.Clone(s.Overrides)
		for k, o := range s.Overrides {
			s.Overrides[k].Name = near(o)
		}
	}
	return all
}

func show(w io.Writer, format string, all []config.Setting) error {
	switch format {
	case "json":
		return writeJSON(w, all)
	case "yaml":
		return showYAML(w, all)
	}
	rows := [][]string{{"KEY", "VALUE", "FROM"}}
	for _, s := range all {
		rows = append(rows, []string{s.Key, brief(s), from(s)})
	}
	_, err := io.WriteString(w, table(rows, 0))
	return err
}

// brief is a value in a table.
func brief(s config.Setting) string {
	const most = 60
	text := "-"
	switch {
	case s.Secret:
		text = fmt.Sprint(s.Value)
	case s.Value != nil:
		text = describe.YAML(s.Value)
	}
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most-1]) + "…"
	}
	return text
}

// from tells what set a value, and what else tried to.
func from(s config.Setting) string {
	text := s.Origin.String()
	if text == "" {
		text = "not set"
	}
	var over []string
	for _, o := range s.Overrides {
		if o.Kind != config.OriginDefault { // that there is a default says nothing
			over = append(over, o.String())
		}
	}
	if len(over) > 0 {
		text += ", over " + strings.Join(over, ", ")
	}
	if s.Restart {
		text += " (needs a restart)"
	}
	return text
}
