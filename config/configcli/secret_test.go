package configcli_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The files have the secret at its own key, at others, and in the place of a section.
func TestNoCommandPrintsASecret(t *testing.T) {
	const secret = "hunter2-hunter2"
	t.Chdir(t.TempDir())
	if err := os.Mkdir("secrets", 0o700); err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string]string{
		"good.yaml":                        "db: {dsn: " + secret + "}",
		"short.yaml":                       "db: {dsn: " + secret[:8] + "}",
		"unknown.yaml":                     "db: {dns: " + secret + "}",
		"twice.yaml":                       "db: {dsn: " + secret + ", DSN: " + secret + "}",
		"shape.yaml":                       "db: " + secret,
		"list.yaml":                        "db: {dsn: [" + secret + "]}",
		"syntax.yaml":                      "db: {dsn: " + secret,
		"map.yaml":                         "apiVersion: v1\nkind: ConfigMap\ndata:\n  a.yaml: |\n    db: {dns: " + secret + "}\n",
		filepath.Join("secrets", "db.dsn"): secret,
	} {
		if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, file := range []string{"good.yaml", "short.yaml", "unknown.yaml", "twice.yaml", "shape.yaml", "list.yaml", "syntax.yaml", "map.yaml"} {
		t.Setenv("APP_DB_DSN", map[bool]string{true: "hunter2", false: "hunter2-in-a-variable"}[file == "short.yaml"])
		for _, args := range [][]string{
			{"check", file}, {"check", "--format", "json", file}, {"check", "--format", "github", file},
			{"show", file}, {"show", "--format", "yaml", file}, {"show", "--format", "json", file},
		} {
			out, err := run(t, args...)
			if err != nil {
				out += err.Error()
			}
			if strings.Contains(out, "hunter2") {
				t.Errorf("%q prints it:\n%s", args, out)
			}
			if file != "good.yaml" && err == nil {
				t.Errorf("%q finds nothing", args)
			}
		}
	}
}

func TestNoValueOfASecretManifestIsPrinted(t *testing.T) {
	t.Chdir(t.TempDir())
	put := func(name, text string) {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	put("plain.yaml", "apiVersion: v1\nkind: Secret\nstringData:\n  a.yaml: |\n    name: [hunter2]\n    hunter2: 1\n")
	put("encoded.yaml", "apiVersion: v1\nkind: Secret\ndata:\n  a.yaml: bmFtZTogW2h1bnRlcjJdCmh1bnRlcjI6IDEK\n")
	for _, file := range []string{"plain.yaml", "encoded.yaml"} {
		for _, format := range []string{"text", "json", "github"} {
			out, err := run(t, "check", "--key", "a.yaml", "--format", format, file)
			if err == nil || !strings.Contains(out, "name") {
				t.Errorf("%s is not rejected: %v\n%s", file, err, out)
			}
			if out += fmt.Sprint(err); strings.Contains(out, "hunter2") {
				t.Errorf("%s as %s is shown:\n%s", file, format, out)
			}
		}
	}
}
