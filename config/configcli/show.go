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
		Short: "Show every setting with its value and its origin",
		Long: `Read and validate the configuration as the service would, and show every setting with
its value and its origin. Secrets are not shown.

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
				var t target
				for _, file := range files {
					if err := t.add(input{name: file, path: file}); err != nil {
						return err
					}
				}
				opts = append(opts, config.WithOverride(override.Override{Documents: t.documents}))
			}
			all, err := settings(opts...)
			if bad := (*config.Error)(nil); errors.As(err, &bad) {
				var r result
				for _, p := range bad.Problems {
					r.problems = append(r.problems, target{}.locate(p))
				}
				if err := reportText(cmd.OutOrStdout(), []result{r}); err != nil {
					return err
				}
				return problemCount(len(r.problems))
			}
			if err != nil {
				return err
			}
			return show(cmd.OutOrStdout(), format.String(), withShortNames(all))
		},
	}
	cmd.Flags().Var(format, "format", format.help())
	return cmd
}

// withShortNames returns the settings with the files' paths relative to the working directory.
func withShortNames(settings []config.Setting) []config.Setting {
	all := slices.Clone(settings)
	for i := range all {
		s := &all[i]
		s.Origin.Name, s.Overrides = shortName(s.Origin), slices.Clone(s.Overrides)
		for k, o := range s.Overrides {
			s.Overrides[k].Name = shortName(o)
		}
	}
	return all
}

// show prints settings in one of the formats of show.
func show(w io.Writer, format string, all []config.Setting) error {
	switch format {
	case "json":
		return writeJSON(w, all)
	case "yaml":
		return showYAML(w, all)
	}
	rows := [][]string{{"KEY", "VALUE", "FROM"}}
	for _, s := range all {
		rows = append(rows, []string{s.Key, shortValue(s), origins(s)})
	}
	_, err := io.WriteString(w, table(rows, 0))
	return err
}

// shortValue returns the value of a setting as the table shows it.
func shortValue(s config.Setting) string {
	const maxLen = 60
	text := "-"
	switch {
	case s.Secret:
		text = fmt.Sprint(s.Value)
	case s.Value != nil:
		text = describe.YAML(s.Value)
	}
	if runes := []rune(text); len(runes) > maxLen {
		return string(runes[:maxLen-1]) + "…"
	}
	return text
}

// origins returns the origin of a value, and those of the values that it overrides.
func origins(s config.Setting) string {
	text := s.Origin.String()
	if text == "" {
		text = "not set"
	}
	var over []string
	for _, o := range s.Overrides {
		if o.Kind != config.OriginDefault {
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
