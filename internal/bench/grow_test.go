package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/pflag"
	"github.com/spf13/viper"
	"go.yaml.in/yaml/v3"

	"example.com/lastgood/config"
)

// BenchmarkGrow measures a first load with growing numbers of keys, levels, files, variables and flags.
func BenchmarkGrow(b *testing.B) {
	for _, n := range []int{200, 1000, 10_000} {
		path := write(b, size(n).text("yaml", 1))
		grow(b, "keys", n, "ours", func() error { _, err := open[Large](path); return err })
	}
	for _, n := range []int{1, 4, 16, 64} { // of ten keys each
		path := write(b, []byte(deep(n)))
		grow(b, "levels", n, "ours", func() error { _, err := open[Deep](path); return err })
		if n == 64 {
			grow(b, "levels", n, "Viper", func() error { _, err := loadViper[Deep](path, validate); return err })
			grow(b, "levels", n, "parse", func() error { var node yaml.Node; return yaml.Unmarshal([]byte(deep(n)), &node) })
		}
	}
	var paths []string // of 40 lines each
	for n := 1; n <= 100; n++ {
		text := strings.Replace(smallText, "fast", fmt.Sprint("feature-", n), 1)
		paths = append(paths, write(b, []byte("revision: 1\n"+text)))
		if n == 1 || n == 10 || n == 100 {
			files := config.WithFile(paths...)
			grow(b, "files", n, "ours", func() error { _, err := openWith[Small](files); return err })
		}
	}
	growVariables(b)
	growFlags(b)
}

func grow(b *testing.B, of string, n int, by string, fn func() error) {
	measure(b, fmt.Sprintf("of=%s/n=%d/by=%s", of, n, by), nil, fn)
}

func write(tb testing.TB, text []byte) (path string) {
	path = filepath.Join(tb.TempDir(), "config.yaml")
	must(tb, os.WriteFile(path, text, 0o644))
	return path
}

// growVariables sets variables over a file that sets all of 2,000 keys.
func growVariables(b *testing.B) {
	path := write(b, []byte("first:\n"+tens(3, 2)+"second:\n"+tens(3, 2)))
	keys := append(leaves("first.", 3), leaves("second.", 3)...)
	for _, n := range []int{0, 20, 200, 2000} {
		prefix := fmt.Sprintf("BENCH%d", n)
		for i := range n {
			key := keys[i*len(keys)/n]
			b.Setenv(prefix+"_"+strings.ToUpper(strings.ReplaceAll(key, ".", "_")), "2")
		}
		file, env := config.WithFile(path), config.WithEnv(prefix)
		grow(b, "variables", n, "ours", func() error { _, err := openWith[TwoThousand](file, env); return err })
		if n == 0 || n == 200 {
			grow(b, "variables", n, "Viper", func() error {
				_, err := loadViper[TwoThousand](path, validate, func(v *viper.Viper) error {
					if n > 0 {
						v.SetEnvPrefix(prefix)
						v.SetEnvKeyReplacer(strings.NewReplacer(".", "_"))
						v.AutomaticEnv()
					}
					return nil
				})
				return err
			})
		}
	}
}

// growFlags sets none and all of 1,000 flags over a file that sets every key.
func growFlags(b *testing.B) {
	path := write(b, []byte(tens(3, 0)))
	set, unset := pflag.NewFlagSet("set", pflag.ContinueOnError), pflag.NewFlagSet("unset", pflag.ContinueOnError)
	for _, key := range leaves("", 3) {
		set.Int(key, 0, "")
		unset.Int(key, 0, "")
		must(b, set.Set(key, "2"))
	}
	for _, c := range []struct {
		n     string
		flags *pflag.FlagSet
	}{{"0", nil}, {"1000_unset", unset}, {"1000_set", set}} {
		opts, bind := []config.Option{config.WithFile(path)}, func(*viper.Viper) error { return nil }
		if c.flags != nil {
			opts = append(opts, config.WithFlags(c.flags))
			bind = func(v *viper.Viper) error { return v.BindPFlags(c.flags) }
		}
		measure(b, "of=flags/n="+c.n+"/by=ours", nil, func() error { _, err := openWith[Thousand](opts...); return err })
		measure(b, "of=flags/n="+c.n+"/by=Viper", nil, func() error { _, err := loadViper[Thousand](path, validate, bind); return err })
	}
}
