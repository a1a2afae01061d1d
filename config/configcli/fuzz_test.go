package configcli_test

import (
	"errors"
	"testing"

	"example.com/lastgood/config/configcli"
)

// For any manifest, check ends, prints nothing on which a terminal would act, and writes no file.
func FuzzCheckOfAManifest(f *testing.F) {
	for _, text := range []string{
		"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  config.yaml: |\n    map: 1\n    a\u2028b: \n",
		"apiVersion: v1\nkind: ConfigMap\ndata: {../../x.yaml: x, config.yaml: \"map: \\u202e\"}\nbinaryData: {b: e30=}",
		"apiVersion: v1\nkind: List\nitems: &i [*i, {apiVersion: v1, kind: Secret, data: {a.yaml: e30=}, stringData: {a.yaml: &t x, b: *t}}]",
		"kind: ConfigMapList\nitems: [{data: {a.toml: >\n  x = 1\n}}]\n---\nkind: ConfigMap\n--- [\n",
		"apiVersion: v1\r\nkind: ConfigMap\r\ndata:\r\n  a.json: |2+\r\n\r\n    {\r\n\r",
	} {
		f.Add([]byte(text))
	}
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, data []byte) {
		t.Chdir(dir)
		out, err := execute(t, string(data), "check", "-")
		wantPlain(t, "text of a manifest", out)
		if err != nil && configcli.ExitCode(err) == 1 && errors.Unwrap(err) == nil && out == "" {
			t.Errorf("%v, but nothing is printed", err)
		}
		if left := files(t, dir); len(left) != 1 {
			t.Errorf("there are files: %q", left)
		}
	})
}
