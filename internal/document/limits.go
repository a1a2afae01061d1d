package document

import (
	"strconv"
	"strings"
)

// The limits bound the cost of hostile or broken files. A configuration written by people
// is far below them.
const (
	// maxSize is the number of bytes: 1 GiB. Positions are 32-bit numbers.
	maxSize = 1 << 30

	// MaxDepth is the number of nested maps and lists, including the top level.
	MaxDepth = 100

	// MaxNodes is the number of values in a document.
	MaxNodes = 1 << 20

	// MaxExpanded is the number of values that YAML aliases and merges result in: a few
	// lines of aliases of aliases can result in billions.
	MaxExpanded = 100_000

	// MaxExpandedText is the number of bytes in the texts and keys of those values. A value
	// may be copied, and is decoded, as often as it occurs.
	MaxExpandedText = 16 << 20

	// maxDirectives is the number of %TAG lines. The YAML library compares each with all
	// before it.
	maxDirectives = 100

	// maxProblems is the number of problems that are reported.
	maxProblems = 1000

	// MaxKey is the number of bytes of a key. The cost of a problem with a value below a
	// key grows with the key's length.
	MaxKey = 4096

	// maxQuotedKey is the number of bytes of a key that a message quotes.
	maxQuotedKey = 80

	// maxQuotedLine is the number of characters of a line that a hint quotes.
	maxQuotedLine = 100
)

// problemList collects the problems of one document.
type problemList []Problem

func (l *problemList) add(p Problem) {
	if len(*l) < maxProblems {
		*l = append(*l, p)
	}
}

// duplicate reports that key is set at line and column, and was set before on the line
// first.
func (l *problemList) duplicate(key string, line, column, first int32) {
	already := " is already set on line " + strconv.Itoa(int(first))
	l.add(Problem{
		Code:          codeDuplicate,
		Line:          int(line),
		Column:        int(column),
		Message:       "the key" + already,
		Quoted:        key,
		messageFormat: "key %s" + already,
	})
}

// tooDeep reports a map or list at a depth beyond MaxDepth.
func (l *problemList) tooDeep(line, column int32) { l.addAt(TooDeep(), line, column) }

// tooMany reports the first value beyond MaxNodes.
func (l *problemList) tooMany(line, column int32) { l.addAt(TooMany(), line, column) }

// longKey reports a key that is longer than MaxKey.
func (l *problemList) longKey(line, column int32) { l.addAt(LongKey(), line, column) }

func (l *problemList) addAt(p Problem, line, column int32) {
	p.Line, p.Column = int(line), int(column)
	l.add(p)
}

// TooDeep returns the problem of a map or list at a depth beyond MaxDepth.
func TooDeep() Problem {
	return Problem{Code: codeTooLarge, Message: "nested more than " + strconv.Itoa(MaxDepth) + " levels deep"}
}

// TooMany returns the problem of a document with more than MaxNodes values.
func TooMany() Problem {
	return Problem{Code: codeTooLarge, Message: "more than " + strconv.Itoa(MaxNodes) + " values"}
}

// LongKey returns the problem of a key that is longer than MaxKey.
func LongKey() Problem {
	return Problem{Code: codeTooLarge, Message: "a key of more than " + strconv.Itoa(MaxKey) + " bytes"}
}

// Empty returns the problem of a document without settings, in a format that has no way to
// write an empty document explicitly.
func Empty() Problem { return emptyProblem(TOML) }

func quoteKey(key string) string {
	if len(key) > maxQuotedKey {
		key = strings.ToValidUTF8(key[:maxQuotedKey], "") + "…"
	}
	return strconv.Quote(key)
}
