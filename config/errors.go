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
	// ErrAlreadyLoaded is returned by [Load] while an earlier Load of the same
	// type has not been closed. Use [Open] for a second one.
	ErrAlreadyLoaded = errors.New("already loaded")

	// ErrClosed is returned by [Store.Reload] after [Store.Close], or once the
	// context given to [WithContext] is done.
	ErrClosed = errors.New("the store is closed")

	// ErrReentrant is returned by [Store.Reload] inside a check, a Validate method or
	// another function that a reload of the same store is waiting for, and inside the
	// handler of the store's logger.
	ErrReentrant = errors.New("a reload of the store is waiting for the function that asks for one")

	// ErrBusy is returned by [Store.Reload] when the files changed each time
	// they were read, so that there is nothing to judge yet.
	ErrBusy = errors.New("the files keep changing while they are read")
)

// The codes of problems. A rule of the validate tag that failed has the rule's
// name as its code: "max", "oneof", "required".
const (
	CodeSyntax       = "syntax"        // the document cannot be parsed
	CodeType         = "type"          // a value does not fit its field
	CodeUnknownKey   = "unknown_key"   // no field has this key
	CodeDuplicateKey = "duplicate_key" // a key is set twice in one document
	CodeRequired     = "required"      // a required value is not set, or empty
	CodeCheck        = "check"         // a Validate method or a check returned an error
	CodeConflict     = "conflict"      // one layer has a map where another has none
	CodeFlags        = "flags"         // flags were not parsed
	CodeEnv          = "env"           // an environment variable is unknown, or set twice
	CodeAmbiguous    = "ambiguous"     // two files could be meant
	CodeMissingFile  = "missing_file"  // there is no such file
	CodeEmpty        = "empty"         // there is nothing in the file
	CodeTooLarge     = "too_large"     // a file, its nesting or its aliases exceed a bound
	CodeNotRegular   = "not_regular"   // a directory, FIFO, socket or device
	CodeUnreadable   = "unreadable"    // the system would not let it be read
	CodeRefused      = "refused"       // a source refuses its own content, as by its signature
	CodeUnstable     = "unstable"      // the files changed each time they were read
	CodeSchema       = "schema"        // the Go type itself is at fault
	CodeProbation    = "probation"     // it was good, but made the service unhealthy; see WithProbation
	CodeCrash        = "crash"         // the process ended too often with it; see LastGoodCrashLimit
	CodeDeprecated   = "deprecated"    // an old or deprecated key, variable or flag is set; always a warning
)

// Error is why a configuration was not accepted: every problem found in one
// pass, up to 1,000 of them, sorted by place, and at a first load what may be wrong with the
// environment, as warnings. It is data; [Error.Error] renders it for people,
// LogValue for slog, and encoding/json for tools. It is not changed after it was
// made, and safe for concurrent use.
type Error struct {
	Problems []Problem `json:"problems"`

	// Serving is the version that stays in force, or 0 when there is none,
	// because the first load failed.
	Serving uint64 `json:"serving"`

	// LastGood is from when that version is, if it is from what [WithLastGood] has
	// stored.
	LastGood time.Time `json:"last_good,omitzero"`

	redact func(text string) string // takes the secrets of what was rejected out of a text
}

// Problem is one thing wrong with a configuration.
//
// Whoever writes a file, or names one, can put control characters, line breaks and
// marks that turn the direction of writing into it. Those are escaped, as in a Go
// string, wherever the package makes a text for people: in messages, by the String,
// Error and LogValue methods of its types, and in what it logs. JSON escapes them in its
// own way. Fields that a program acts on, such as the Key here and the Name of an
// Origin, have them as they are.
type Problem struct {
	Code    string   `json:"code"`              // what is wrong, for programs: see [CodeSyntax]
	Key     string   `json:"key,omitempty"`     // server.port, upstreams[2].url, flags["a.b"]; "" for a whole file; not escaped
	Origin  Origin   `json:"origin"`            // where
	Message string   `json:"message"`           // what is wrong, for people, on one line
	Hint    string   `json:"hint,omitempty"`    // what to do about it; "" when there is no advice
	Excerpt *Excerpt `json:"excerpt,omitempty"` // nil when there is none, or when it might show a secret
	Warning bool     `json:"warning,omitempty"` // it alone would not have kept the configuration from being accepted
	Err     error    `json:"-"`                 // the cause: what the system returned, or wraps what a Validate method did; usually nil; see [Error.Unwrap]
}

// Excerpt is the offending line of a file with the part at fault. A tab in it
// counts, and is shown, as one space; long lines are cut. Where secrets are or may be in
// the line, it is the line's shape: keys that are not secret, and punctuation; every
// other run of characters is "…".
type Excerpt struct {
	Line   int    `json:"line"`   // 1-based
	Text   string `json:"text"`   // the line, printable, without its end
	Column int    `json:"column"` // where the part starts in Text; 1-based, in characters
	Width  int    `json:"width"`  // of the part, in characters
}

// String renders the line with its number, and a line of carets below it.
func (e Excerpt) String() string { return problem.Excerpt(e).String() }

// String renders the problem on one line, without its excerpt:
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

// mostRendered bounds the text of an error; its Problems hold up to 1,000.
const mostRendered = 25

// Error renders every problem with the offending line:
//
//	config: reload rejected, 2 problems; still serving version 7
//	/etc/app/config.yaml:2:3: server.prot: unknown key; did you mean "port"? [unknown_key]
//	    2 |   prot: …
//	      |   ^^^^
//	/etc/app/config.yaml:3:9: server.port: must be 65535 or less, got 99999 [max]
//	    3 |   port: 99999
//	      |         ^^^^^
//
// Secrets are never shown, nor the values of unknown keys, which may be secrets
// under a misspelled name. Of a line in which these are, or in which they may be because
// the file cannot be parsed, the excerpt shows the shape. Of more than 25 problems, the
// first are rendered.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString("config: " + e.summary())
	for i, p := range e.Problems {
		if i == mostRendered {
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

// warnings returns how many of the problems are warnings.
func (e *Error) warnings() (n int) {
	for _, p := range e.Problems {
		if p.Warning {
			n++
		}
	}
	return n
}

// LogValue implements [slog.LogValuer]: a group of the serving version and one
// line for each problem.
func (e *Error) LogValue() slog.Value {
	attrs := []slog.Attr{slog.Int("problems", len(e.Problems)-e.warnings())}
	if e.Serving > 0 {
		attrs = append(attrs, slog.Uint64("serving", e.Serving))
	}
	if !e.LastGood.IsZero() {
		attrs = append(attrs, slog.Time("last_good", e.LastGood))
	}
	for i, p := range e.Problems {
		if i == mostRendered {
			break
		}
		attrs = append(attrs, slog.String(strconv.Itoa(i+1), p.String()))
	}
	return slog.GroupValue(attrs...)
}

// Unwrap returns the causes of the problems that have one, so that
// errors.Is(err, fs.ErrNotExist) tells a missing file, and [errors.As] finds what
// a Validate method or a check returned. What the methods of such an error do, these
// functions survive: one that panics finds nothing, and a chain without an end has one.
// [ErrClosed], [ErrBusy], [ErrReentrant] and [ErrAlreadyLoaded] are not found in what a
// check returned, of another store perhaps: they are answers of this one.
//
// A cause is what that code returned, as it is: nothing was taken out of its text, which
// may quote secrets. Branch on it, but print and log the [Error], or the Message of the
// [Problem].
func (e *Error) Unwrap() []error {
	var causes []error
	for _, p := range e.Problems {
		if p.Err != nil {
			causes = append(causes, p.Err)
		}
	}
	return causes
}

// cause is an error that a caller's code returned, with all that it wraps. fmt does not
// reach it: its text may quote a secret.
type cause struct{ get func() error }

// newCause returns the cause of a problem, or nil if there is none.
func newCause(err error, code string) error {
	if err == nil || code != CodeCheck && code != CodeProbation {
		return err
	}
	return &cause{func() error { return err }}
}

func (c *cause) Error() string { return guard.Text(c.get()) }

// Is implements what [errors.Is] asks for.
func (c *cause) Is(target error) bool {
	for _, own := range []error{ErrClosed, ErrBusy, ErrReentrant, ErrAlreadyLoaded} {
		if reflect.TypeOf(target) == reflect.TypeOf(own) && target == own {
			return false
		}
	}
	return guard.Is(c.get(), target)
}

// As implements what [errors.As] asks for.
func (c *cause) As(target any) bool { return guard.As(c.get(), target) }

// newError makes an error of what a pass found.
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
