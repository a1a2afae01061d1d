package document

import (
	"strconv"
	"strings"
)

// The limits keep hostile or broken files from costing more than reading
// them is worth. A configuration written by people stays far below them.
const (
	// maxSize is the number of bytes. Positions are 32-bit numbers.
	maxSize = 1 << 30

	// MaxDepth is how many maps and lists may stand inside each other, the
	// top level included.
	MaxDepth = 100

	// MaxNodes is the number of values in a document.
	MaxNodes = 1 << 20

	// MaxExpanded is the number of values that come out of YAML aliases and
	// merges: a few lines of aliases to aliases can stand for billions.
	MaxExpanded = 100_000

	// MaxExpandedText is the number of bytes in the texts and keys of those values.
	// Each may be copied, and is read as often as it occurs.
	MaxExpandedText = 16 << 20

	// maxDirectives is the number of %TAG lines, each of which the YAML library
	// compares with all before it.
	maxDirectives = 100

	// maxProblems is how many problems are reported.
	maxProblems = 1000

	// MaxKey is the number of bytes of a key. Every problem with a value below a key
	// costs its length: in the path, and in what the validator makes of it.
	MaxKey = 4096

	// maxQuotedKey is how many bytes of a key a message quotes.
	maxQuotedKey = 80

	// maxQuotedLine is how many characters of a line a hint quotes.
	maxQuotedLine = 100
)

// problemList collects the problems of one document.
type problemList []Problem

func (l *problemList) add(p Problem) {
	if len(*l) < maxProblems {
		*l = append(*l, p)
	}
}

// duplicate reports that key is set at line and column, and was before on
// the line first.
func (l *problemList) duplicate(key string, line, column, first int32) {
	already := " is already set on line " + strconv.Itoa(int(first))
	l.add(Problem{
		Code:    codeDuplicate,
		Line:    int(line),
		Column:  int(column),
		Message: "the key" + already,
		Quoted:  key,
		full:    "key %s" + already,
	})
}

// tooDeep reports a map or list that stands inside too many others.
func (l *problemList) tooDeep(line, column int32) { l.addAt(TooDeep(), line, column) }

// tooMany reports the first value beyond MaxNodes.
func (l *problemList) tooMany(line, column int32) { l.addAt(TooMany(), line, column) }

// longKey reports a key that is longer than MaxKey.
func (l *problemList) longKey(line, column int32) { l.addAt(LongKey(), line, column) }

func (l *problemList) addAt(p Problem, line, column int32) {
	p.Line, p.Column = int(line), int(column)
	l.add(p)
}

// TooDeep is the problem of a map or list that stands inside MaxDepth others.
func TooDeep() Problem {
	return Problem{Code: codeTooLarge, Message: "nested more than " + strconv.Itoa(MaxDepth) + " levels deep"}
}

// TooMany is the problem of a document with more than MaxNodes values.
func TooMany() Problem {
	return Problem{Code: codeTooLarge, Message: "more than " + strconv.Itoa(MaxNodes) + " values"}
}

// LongKey is the problem of a key that is longer than MaxKey.
func LongKey() Problem {
	return Problem{Code: codeTooLarge, Message: "a key of more than " + strconv.Itoa(MaxKey) + " bytes"}
}

// Empty is the problem of a document without settings, in a format that has no way to
// write that they are left out on purpose.
func Empty() Problem { return emptyProblem(TOML) }

func quoteKey(key string) string {
	if len(key) > maxQuotedKey {
		key = strings.ToValidUTF8(key[:maxQuotedKey], "") + "…"
	}
	return strconv.Quote(key)
}
