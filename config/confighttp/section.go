package confighttp

import (
	"fmt"
	"slices"
	"strings"

	"example.com/lastgood/config"
)

// section is the part of the page about one store.
type section struct {
	Name, ID string
	State    state
	Summary  string
	Status   config.Status
	Attempts string
	Panics   int
	Listing  listing
	History  []config.Version // newest first

	Remarks     []string
	MoreRemarks int

	Files     []config.FileSum
	MoreFiles int

	Problems     []problem
	MoreProblems int
	Pending      []config.Pending
	MorePending  int
	Watch        []config.PathStatus
	MoreWatch    int
}

// problem is a [config.Problem] as the page shows it.
type problem struct {
	config.Problem
	Place   string
	Excerpt *excerpt // hides that of the problem
}

// excerpt is a line of a file with its number, and the carets under it with their margin.
type excerpt struct{ Line, Margin, Caret string }

// maxRows is how many problems, pending changes, paths, files and remarks the page shows.
const maxRows = 100

// first returns the first items that the page shows, and how many more there are.
func first[T any](all []T) (some []T, more int) {
	n := min(len(all), maxRows)
	return all[:n], len(all) - n
}

func newSection(v view, q listingQuery) section {
	s := section{
		Name: v.name, ID: v.id, State: v.state(), Summary: v.summary(),
		Status: v.status, Attempts: attempts(v.status), Panics: int(v.status.HookPanics), Listing: newListing(v, q),
	}
	s.Remarks, s.MoreRemarks = first(v.remarks())
	s.Pending, s.MorePending = first(v.status.Pending)
	s.Watch, s.MoreWatch = first(v.status.Watch)
	s.Files, s.MoreFiles = first(v.status.Digests.Files)
	for _, h := range slices.Backward(v.history) {
		s.History = append(s.History, h)
	}
	if v.status.Err == nil {
		return s
	}
	var problems []config.Problem
	problems, s.MoreProblems = first(v.status.Err.Problems)
	for _, p := range problems {
		s.Problems = append(s.Problems, newProblem(p))
	}
	return s
}

func newProblem(p config.Problem) problem {
	shown := problem{Problem: p, Place: p.Origin.String()}
	if p.Excerpt != nil {
		line, carets, _ := strings.Cut(p.Excerpt.String(), "\n")
		margin := strings.TrimRight(carets, "^")
		shown.Excerpt = &excerpt{line, margin, carets[len(margin):]}
	}
	return shown
}

// attempts returns the numbers of attempts as text.
func attempts(st config.Status) string {
	all := fmt.Sprintf("%d applied, %d unchanged, %d rejected",
		st.Attempts[config.Applied], st.Attempts[config.Unchanged], st.Attempts[config.Rejected])
	if n := st.Attempts[config.Waiting]; n > 0 {
		all += fmt.Sprintf(", %d put off", n)
	}
	if st.Failures > 0 {
		all += fmt.Sprintf("; %d rejected since the last success", st.Failures)
	}
	return all
}

// noticedBy returns how changes of a path are noticed.
func noticedBy(mode config.WatchMode) string {
	switch mode {
	case config.WatchEvents:
		return "by events"
	case config.WatchPoll:
		return "by polling alone"
	case config.WatchNone:
		return "only on request"
	case config.WatchPinned:
		return "never"
	case config.WatchHung:
		return "not before it answers"
	case config.WatchStale:
		return "not before it can be read"
	}
	return string(mode)
}
