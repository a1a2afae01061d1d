package configcli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"example.com/lastgood/config"
	"example.com/lastgood/internal/redact"
)

// report prints results in one of the formats of check.
func report(w io.Writer, format string, results []result) error {
	switch format {
	case "json":
		return reportJSON(w, results)
	case "github":
		return reportGitHub(w, results)
	}
	return reportText(w, results)
}

// reportText prints problems as [config.Error] does.
func reportText(w io.Writer, results []result) error {
	var b strings.Builder
	for _, r := range results {
		if len(r.problems) == r.warnings() {
			b.WriteString(line(strings.TrimPrefix(r.name+": ok", ": ")))
		}
		for _, p := range r.problems {
			b.WriteString(line(p.String()))
			if p.Excerpt != nil {
				b.WriteString(withoutCommand(p.Excerpt.String()) + "\n")
			}
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// line returns text as one line of output. GitHub's runner would take it for a command if it
// began with two colons, so a leading colon is escaped.
func line(text string) string {
	text = escaped(text)
	if rest, ok := strings.CutPrefix(text, ":"); ok {
		text = `\x3a` + rest
	}
	return text + "\n"
}

// escaped returns text with invisible characters escaped, and with the older commands of GitHub's
// runner, which count anywhere in a line.
func escaped(text string) string { return withoutCommand(redact.Escape(text)) }

func withoutCommand(text string) string { return strings.ReplaceAll(text, "##[", `#\x23[`) }

// reportJSON prints an object with all problems.
func reportJSON(w io.Writer, results []result) error {
	all := []config.Problem{} // rather than null
	for _, r := range results {
		all = append(all, r.problems...)
	}
	return writeJSON(w, map[string]any{"problems": all})
}

// writeJSON prints value as JSON, with invisible characters escaped.
func writeJSON(w io.Writer, value any) error {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(value); err != nil {
		return err
	}
	_, err := w.Write(redact.JSON(b.Bytes()))
	return err
}

// reportGitHub prints a workflow command for each problem and each warning, which GitHub shows
// beside the line in a pull request.
func reportGitHub(w io.Writer, results []result) error {
	var b strings.Builder
	for _, r := range results {
		for _, p := range r.problems {
			b.WriteString(annotation(p) + "\n")
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func annotation(p config.Problem) string {
	var properties []string
	add := func(name, value string) { properties = append(properties, name+"="+escapeProperty(value)) }
	message := p
	switch p.Origin.Kind {
	case config.OriginFile, config.OriginKeyFile, config.OriginEnvFile:
		add("file", redact.Escape(p.Origin.Name))
		if p.Origin.Line > 0 {
			add("line", fmt.Sprint(p.Origin.Line))
		}
		if p.Origin.Column > 0 {
			add("col", fmt.Sprint(p.Origin.Column))
		}
		message.Origin = config.Origin{}
	}
	add("title", "config: "+p.Code)
	level := "error"
	if p.Warning {
		level, message.Warning = "warning", false
	}
	return "::" + level + " " + strings.Join(properties, ",") + "::" + escapeData(strings.TrimSuffix(message.String(), " ["+p.Code+"]"))
}

// escapeData escapes the message of a workflow command, as GitHub's runner expects.
func escapeData(s string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A").Replace(s)
}

// escapeProperty escapes the value of a property of a workflow command.
func escapeProperty(s string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C").Replace(s)
}
