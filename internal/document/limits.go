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

	// maxDepth is how many maps and lists may stand inside each other, the
	// top level included.
	maxDepth = 100

	// maxNodes is the number of values in a document.
	maxNodes = 1 << 20

	// maxExpanded is the number of values that come out of YAML aliases and
	// merges: a few lines of aliases to aliases can stand for billions.
	maxExpanded = 100_000

	// maxExpandedText is the number of bytes in the texts and keys of those values.
	// Each may be copied, and is read as often as it occurs.
	maxExpandedText = 16 << 20

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
func (l *problemList) tooDeep(line, column int32) {
	l.add(Problem{
		Code:    codeTooLarge,
		Line:    int(line),
		Column:  int(column),
		Message: "nested more than " + strconv.Itoa(maxDepth) + " levels deep",
	})
}

// tooMany reports the first value beyond maxNodes.
func (l *problemList) tooMany(line, column int32) {
	l.add(Problem{
		Code:    codeTooLarge,
		Line:    int(line),
		Column:  int(column),
		Message: "more than " + strconv.Itoa(maxNodes) + " values",
	})
}

// longKey reports a key that is longer than MaxKey.
func (l *problemList) longKey(line, column int32) {
	l.add(Problem{
		Code:    codeTooLarge,
		Line:    int(line),
		Column:  int(column),
		Message: "a key of more than " + strconv.Itoa(MaxKey) + " bytes",
	})
}

func quoteKey(key string) string {
	if len(key) > maxQuotedKey {
		key = strings.ToValidUTF8(key[:maxQuotedKey], "") + "…"
	}
	return strconv.Quote(key)
}
