package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// list prints the content of a directory like a short ls -l.
func list(w io.Writer, indent, dir string) error {
	fmt.Fprintf(w, "%s%s\n", indent, dir)
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		line, name := "dir ", entry.Name()
		switch target, err := os.Readlink(filepath.Join(dir, name)); {
		case err == nil:
			line = "link"
			name = fmt.Sprintf("%-11s -> %s", name, target)
		case !entry.IsDir():
			line = "file"
		}
		fmt.Fprintf(w, "%s  %s  %s\n", indent, line, name)
	}
	return nil
}
