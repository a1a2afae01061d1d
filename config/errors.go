package config

import (
	"errors"
	"fmt"
	"log/slog"
	"reflect"
	"strconv"
	"strings"
	"time"

	"example.com/lastgood/internal/guard"
	"example.com/lastgood/internal/problem"
	"example.com/lastgood/internal/redact"
)

// Errors that callers branch on, with [errors.Is].
var (
	// ErrAlreadyLoaded is returned by [Load] while a store that Load returned for the same type
	// is open. Use [Open] for a second store.
	ErrAlreadyLoaded = errors.New("already loaded")

	// ErrClosed is returned by [Store.Reload] after [Store.Close], or after the context of
	// [WithContext] is done.
	ErrClosed = errors.New("the store is closed")

	// ErrReentrant is returned by [Store.Reload] inside a check, a Validate method or another
	// function that a reload of the same store waits for, and inside the handler of the store's
	// logger.
	ErrReentrant = errors.New("a reload of the store is waiting for the function that asks for one")

	// ErrBusy is returned by [Store.Reload] if the files changed each time they were read.
	ErrBusy = errors.New("the files keep changing while they are read")
)

// The codes of problems. The code of a rule of validate tags that failed is the name of the
// rule: "max", "oneof", "required".
const (
	CodeSyntax       = "syntax"        // the document cannot be parsed
	CodeType         = "type"          // a value does not fit its field
	CodeUnknownKey   = "unknown_key"   // no field has this key
	CodeDuplicateKey = "duplicate_key" // a key is set twice in one document
	CodeRequired     = "required"      // a required value is not set, or empty
	CodeCheck        = "check"         // a Validate method or a check returned an error
	CodeConflict     = "conflict"      // one layer has a map, another something else
	CodeFlags        = "flags"         // a flag set was not parsed
	CodeEnv          = "env"           // an environment variable is unknown, missing, ambiguous or set twice
	CodeAmbiguous    = "ambiguous"     // a directory of a search contains two files
	CodeMissingFile  = "missing_file"  // the file, directory or source does not exist
	CodeEmpty        = "empty"         // the document is empty
	CodeTooLarge     = "too_large"     // a file, its nesting or its aliases exceed a limit
	CodeNotRegular   = "not_regular"   // the file is a directory, FIFO, socket or device
	CodeUnreadable   = "unreadable"    // the file or source cannot be read
	CodeRefused      = "refused"       // a source has refused its content, as for a bad signature
	CodeUnstable     = "unstable"      // the files changed each time they were read
	CodeSchema       = "schema"        // the Go type has a fault
	CodeProbation    = "probation"     // a valid change made the service unhealthy; see WithProbation
	CodeCrash        = "crash"         // the process has ended too often with the content; see LastGoodCrashLimit
	CodeDeprecated   = "deprecated"    // an old or deprecated key, variable or flag is set; a warning
)

// Error describes why a configuration was not accepted: all problems found in one pass, at most
// 1,000, sorted by place, and for a first load also warnings about the environment.
// [Error.Error] and [Error.Summary] render it for people, [Error.LogValue] for slog, and
// encoding/json for tools. It is not modified after it was created, and is safe for concurrent
// use.
type Error struct {
	Problems []Problem `json:"problems"`

	// Serving is the version that stays in force, or 0 if the first load has failed.
	Serving uint64 `json:"serving"`

	// LastGood is when that version was confirmed, if [WithLastGood] has restored it.
	LastGood time.Time `json:"last_good,omitzero"`

	redact func(text string) string // removes the secrets of the rejected content
}

// Problem is one fault of a configuration.
//
// Names and contents of files can contain control characters, line breaks and bidirectional
// marks. These are escaped, as in a Go string, in all texts for people: in Message and Hint, in
// the results of the String, Error and LogValue methods of this package, and in its logs.
// Fields that programs compare, such as Key and the Name of an [Origin], are not escaped; JSON
// escapes them in its own way.
type Problem struct {
	Code    string   `json:"code"`              // such as [CodeSyntax], or the name of a rule
	Key     string   `json:"key,omitempty"`     // server.port, upstreams[2].url, flags["a.b"]; "" for a whole file
	Origin  Origin   `json:"origin"`            // the place
	Message string   `json:"message"`           // what is wrong, on one line
	Hint    string   `json:"hint,omitempty"`    // what to do about it, or ""
	Excerpt *Excerpt `json:"excerpt,omitempty"` // nil if there is no line, or it might show a secret
	Warning bool     `json:"warning,omitempty"` // it does not cause the rejection
	Err     error    `json:"-"`                 // the error of the system or of user code, often nil; see [Error.Unwrap]
}

// Excerpt is a line of a file, with the part of it that a problem is about. A tab is shown, and
// counts, as one space; a long line is cut. If the line contains secrets, or may contain some,
// Text is the shape of the line: keys that are not secret, and punctuation; any other sequence
// of characters is "…".
type Excerpt struct {
	Line   int    `json:"line"`   // 1-based
	Text   string `json:"text"`   // the line, printable, without the line break
	Column int    `json:"column"` // of the part in Text; 1-based, in characters
	Width  int    `json:"width"`  // of the part, in characters
}

// String returns the line with its number, and below it a line of carets.
func (e Excerpt) String() string { return problem.Excerpt(e).String() }

// String returns the problem on one line, without its excerpt:
//
//	/etc/app/config.yaml:2:3: server.prot: unknown key; did you mean "port"? [unknown_key]
func (p Problem) String() string {
	var b strings.Builder
	for _, part := range []string{p.Origin.String(), p.Key} {
		if part != "" {
			b.WriteString(part)
			b.WriteString(": ")
		}
	}
	if p.Warning {
		b.WriteString("warning: ")
	}
	b.WriteString(p.Message)
	if p.Hint != "" {
		b.WriteString("; ")
		b.WriteString(p.Hint)
	}
	b.WriteString(" [" + p.Code + "]")
	return redact.Escape(b.String())
}

// maxRendered limits the text of an error, which has up to 1,000 problems.
const maxRendered = 25

// Error returns the problems with their excerpts, up to 25 of them:
//
//	config: reload rejected, 2 problems; still serving version 7
//	/etc/app/config.yaml:2:3: server.prot: unknown key; did you mean "port"? [unknown_key]
//	    2 |   prot: …
//	      |   ^^^^
//	/etc/app/config.yaml:3:9: server.port: must be 65535 or less, got 99999 [max]
//	    3 |   port: 99999
//	      |         ^^^^^
//
// Secrets are not shown, nor are the values of unknown keys, which may be secrets under a
// misspelled key; see [Excerpt].
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString("config: " + e.summary())
	for i, p := range e.Problems {
		if i == maxRendered {
			b.WriteString(andMore(len(e.Problems) - i))
			break
		}
		b.WriteString("\n" + p.String())
		if p.Excerpt != nil {
			b.WriteString("\n" + p.Excerpt.String())
		}
	}
	return b.String()
}

func (e *Error) summary() string {
	count := problem.Count(len(e.Problems)-e.warnings(), "problem")
	if n := e.warnings(); n > 0 {
		count += " and " + problem.Count(n, "warning")
	}
	text := "load failed, " + count
	if e.Serving != 0 {
		text = fmt.Sprintf("reload rejected, %s; still serving version %d", count, e.Serving)
	}
	if len(e.Problems) > 0 && e.Problems[0].Code == CodeProbation {
		text = fmt.Sprintf("rolled back by the probation, %s; serving version %d", count, e.Serving)
	}
	if !e.LastGood.IsZero() {
		text += ", which was last good at " + e.LastGood.UTC().Format(time.RFC3339)
	}
	return text
}

// warnings returns the number of problems that are warnings.
func (e *Error) warnings() (n int) {
	for _, p := range e.Problems {
		if p.Warning {
			n++
		}
	}
	return n
}

// LogValue implements [slog.LogValuer]. It returns a group of the number of problems, the
// serving version and up to 25 problems.
func (e *Error) LogValue() slog.Value {
	attrs := []slog.Attr{slog.Int("problems", len(e.Problems)-e.warnings())}
	if e.Serving > 0 {
		attrs = append(attrs, slog.Uint64("serving", e.Serving))
	}
	if !e.LastGood.IsZero() {
		attrs = append(attrs, slog.Time("last_good", e.LastGood))
	}
	for i, p := range e.Problems {
		if i == maxRendered {
			break
		}
		attrs = append(attrs, slog.String(strconv.Itoa(i+1), p.String()))
	}
	return slog.GroupValue(attrs...)
}

// Unwrap returns the Err of each problem that has one, so that errors.Is(err, fs.ErrNotExist)
// detects a missing file, and [errors.As] finds the errors that Validate methods and checks
// return. Methods of these errors that panic, or that unwrap without an end, match nothing.
// [ErrClosed], [ErrBusy], [ErrReentrant] and [ErrAlreadyLoaded] in the error of a check do not
// match, since they are results of another call.
//
// The errors of user code are returned unchanged: their texts may contain secrets. Compare
// them, but print and log the Error, or the Message of the [Problem].
func (e *Error) Unwrap() []error {
	var causes []error
	for _, p := range e.Problems {
		if p.Err != nil {
			causes = append(causes, p.Err)
		}
	}
	return causes
}

// cause is the error of user code, with the errors it wraps. Its field is a function, so that
// fmt does not print the text, which may contain a secret.
type cause struct{ get func() error }

// newCause returns the Err of a problem, or nil if err is nil.
func newCause(err error, code string) error {
	if err == nil || code != CodeCheck && code != CodeProbation {
		return err
	}
	return &cause{func() error { return err }}
}

func (c *cause) Error() string { return guard.Text(c.get()) }

// Is implements the method that [errors.Is] calls.
func (c *cause) Is(target error) bool {
	for _, own := range []error{ErrClosed, ErrBusy, ErrReentrant, ErrAlreadyLoaded} {
		if reflect.TypeOf(target) == reflect.TypeOf(own) && target == own {
			return false
		}
	}
	return guard.Is(c.get(), target)
}

// As implements the method that [errors.As] calls.
func (c *cause) As(target any) bool { return guard.As(c.get(), target) }

// newError returns the error with the problems of a pass.
func newError(found []problem.Problem, serving uint64) *Error {
	e := &Error{Problems: make([]Problem, len(found)), Serving: serving}
	for i, f := range found {
		e.Problems[i] = newProblem(f)
	}
	return e
}

func newProblem(f problem.Problem) Problem {
	return Problem{
		Code:    f.Code,
		Key:     f.Key,
		Origin:  newOrigin(f.Origin),
		Message: redact.Escape(f.Message),
		Hint:    redact.Escape(f.Hint),
		Excerpt: (*Excerpt)(f.Excerpt),
		Warning: f.Warning,
		Err:     newCause(f.Err, f.Code),
	}
}
