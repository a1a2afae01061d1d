package config

import (
	"cmp"
	"slices"
	"strings"

	"example.com/lastgood/internal/problem"
	"example.com/lastgood/internal/redact"
)

// Summary returns the error in at most maxBytes bytes of UTF-8: its headline, the most
// important problems, each on a line as [Problem.String] returns it, and the number of omitted
// ones. It is for places of limited size, such as /dev/termination-log, which "kubectl describe
// pod" shows and Kubernetes limits to 4,096 bytes:
//
//	config: load failed, 31 problems
//	/etc/app/config.yaml:3:9: server.port: must be 65535 or less, got 99999 [max]
//	... and 30 problems more
//
// Problems of a whole file or of the configuration come first, since others may result from
// them, then missing and wrong values, unknown keys and variables, and warnings; in each group,
// problems with a place in a file come first, and otherwise the order of Problems is kept.
//
// A line is cut to a quarter of maxBytes, or to 256 bytes if that is more, and the headline to
// maxBytes. A text that is cut ends in "…", and neither a character nor an escape sequence is
// split. If maxBytes is not positive, the result is "". Secrets are redacted and invisible
// characters escaped, as in Error.
func (e *Error) Summary(maxBytes int) string {
	const shortLine, leastLine = 64, 256 // no line is cut to less than shortLine
	headline := "config: " + e.summary()
	if len(headline) >= maxBytes {
		return redact.Cut(headline, maxBytes)
	}
	var text strings.Builder
	text.WriteString(headline)
	all := slices.Clone(e.Problems)
	slices.SortStableFunc(all, func(a, b Problem) int { return cmp.Compare(a.rank(), b.rank()) })
	for i, p := range all {
		line := p.String()
		room := maxBytes - text.Len() - len("\n") - len(andMore(len(all)-i-1))
		if len(line) > room && room < shortLine {
			if rest := andMore(len(all) - i); text.Len()+len(rest) <= maxBytes {
				text.WriteString(rest)
			}
			break
		}
		text.WriteString("\n" + redact.Cut(line, min(room, max(maxBytes/4, leastLine))))
	}
	return text.String()
}

// andMore returns the last line of a text that omits n problems.
func andMore(n int) string {
	if n == 0 {
		return ""
	}
	return "\n... and " + problem.Count(n, "problem") + " more"
}

// rank returns the order of the problem in a summary; see [Error.Summary].
func (p Problem) rank() int {
	sort := 1
	switch {
	case p.Warning:
		sort = 3
	case p.Code == CodeUnknownKey || p.Code == CodeEnv:
		sort = 2
	case p.Key == "" || p.Code == CodeProbation || p.Code == CodeSchema:
		sort = 0
	}
	if p.Origin.Kind == OriginFile || p.Origin.Kind == OriginKeyFile || p.Origin.Kind == OriginEnvFile {
		return 2 * sort
	}
	return 2*sort + 1
}
