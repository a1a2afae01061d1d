package configcli

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"example.com/lastgood/config"
	"example.com/lastgood/internal/redact"
)

// report prints what was found, in one of the formats of check.
func report(w io.Writer, format string, all []checked) error {
	switch format {
	case "json":
		return reportJSON(w, all)
	case "github":
		return reportGitHub(w, all)
	}
	return reportText(w, all)
}

// reportText prints problems as the package's errors do.
func reportText(w io.Writer, all []checked) error {
	var b strings.Builder
	for _, c := range all {
		if len(c.problems) == c.warnings() {
			b.WriteString(line(strings.TrimPrefix(c.name+": ok", ": ")))
		}
		for _, p := range c.problems {
			b.WriteString(line(p.String()))
			if p.Excerpt != nil {
				b.WriteString(withoutCommand(p.Excerpt.String()) + "\n")
			}
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// line is a text as a line of the output that GitHub's runner does not take for a
// command, as it would if it began with two colons.
func line(text string) string {
	text = escaped(text)
	if rest, ok := strings.CutPrefix(text, ":"); ok {
		text = `\x3a` + rest
	}
	return text + "\n"
}

// escaped is a text with what cannot be seen escaped, and what begins a command of the
// runner's older kind, wherever in a line.
func escaped(text string) string { return withoutCommand(redact.Escape(text)) }

func withoutCommand(text string) string { return strings.ReplaceAll(text, "##[", `#\x23[`) }

// reportJSON prints an object with all problems, as config.Error has them.
func reportJSON(w io.Writer, all []checked) error {
	found := []config.Problem{} // rather than null
	for _, c := range all {
		found = append(found, c.problems...)
	}
	return writeJSON(w, map[string]any{"problems": found})
}

func writeJSON(w io.Writer, value any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(value)
}

// reportGitHub prints a workflow command for each problem or warning, which GitHub shows at its
// line in a pull request.
func reportGitHub(w io.Writer, all []checked) error {
	var b strings.Builder
	for _, c := range all {
		for _, p := range c.problems {
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

// escapeProperty escapes a property of one.
func escapeProperty(s string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C").Replace(s)
}
