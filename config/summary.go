package config

import (
	"cmp"
	"slices"
	"strings"

	"example.com/lastgood/internal/problem"
	"example.com/lastgood/internal/redact"
)

// Summary renders the error in at most maxBytes bytes of UTF-8: its headline, then the most
// important problems, one on each line as [Problem.String] renders it, and how many more
// there are. It is for places that hold only so much, such as /dev/termination-log, of
// which Kubernetes keeps 4,096 bytes and "kubectl describe pod" shows them:
//
//	config: load failed, 31 problems
//	/etc/app/config.yaml:3:9: server.port: must be 65535 or less, got 99999 [max]
//	... and 30 problems more
//
// First are problems of a file or of the configuration as a whole, from which others may
// follow: it is missing, or cannot be parsed. Next are values that are missing or wrong,
// then keys and variables that are unknown, and last are warnings. Among problems of one
// sort, those with a place in a file are first; otherwise they are in the order of Problems.
//
// A line is cut to a quarter of maxBytes, or to 256 bytes if that is more, so that one long
// message leaves room for others. Texts are cut between characters and between escapes, and
// end in "…" then. If there is no room for the whole headline, as much of it is returned as
// fits; if maxBytes is not positive, that is "". As in what Error returns, secrets are
// redacted, and what cannot be seen is escaped.
func (e *Error) Summary(maxBytes int) string {
	const shortLine, leastLine = 64, 256 // no line is cut to less than the first
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

// andMore is the last line of a text that leaves out n problems.
func andMore(n int) string {
	if n == 0 {
		return ""
	}
	return "\n... and " + problem.Count(n, "problem") + " more"
}

// rank is lower for problems that are more important; see [Error.Summary].
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
