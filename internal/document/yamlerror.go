package document

import (
	"strings"

	"go.yaml.in/yaml/v3"
)

// yamlExplanation is our wording of an error of the YAML library.
type yamlExplanation struct {
	// theirs is the library's message, or how it starts.
	theirs string

	// at is where to point: to what the parser stumbled over, unless set.
	at func(yamlMarks) yamlMark

	message, hint string

	// code is the code of the problem, if it is not "syntax".
	code string

	// refine, if set, looks at the text around the place for better words.
	refine func(*yamlFailure)
}

func atContext(m yamlMarks) yamlMark { return m.context }
func atEvent(m yamlMarks) yamlMark   { return m.event }

const (
	hintIndent     = "check the indentation"
	hintYAMLEscape = `write a backslash as \\, or put the string in single quotes`
	hintYAMLStart  = "quote the value if it is meant to start like this"
)

// yamlErrors are the messages of the library's reader, scanner and parser.
// A message stands before those that it starts with.
var yamlErrors = []yamlExplanation{
	{theirs: "control characters are not allowed", refine: refineControl},
	{theirs: "mapping values are not allowed in this context", message: `unexpected ":"`, hint: `quote the value if the ":" is part of it, else check the indentation and the line before`},
	{theirs: "could not find expected ':'", at: atContext, message: `expected ":" and a value after the key`, hint: `write "key: value", with a space after the ":"`},
	{theirs: "did not find expected key", message: "unexpected text", hint: hintIndent, refine: refineMap},
	{theirs: "did not find expected '-' indicator", message: "unexpected text", hint: hintIndent, refine: refineList},
	{theirs: "did not find expected ',' or ']'", message: `expected "," or "]"`, refine: refineFlow},
	{theirs: "did not find expected ',' or '}'", message: `expected "," or "}"`, refine: refineFlow},
	{theirs: "did not find expected node content", message: "expected a value", refine: refineNode},
	{theirs: "did not find expected <document start>", message: "unexpected text after the end of the document", hint: hintIndent},
	{theirs: "found character that cannot start any token", message: "unexpected character", hint: hintYAMLStart, refine: refineStart},
	{theirs: "found a tab character", message: messageTab, hint: hintTab, refine: refineStart},
	{theirs: "block sequence entries are not allowed in this context", message: `unexpected "-"`, hint: `begin the list on the next line, or quote the value`},
	{theirs: "mapping keys are not allowed in this context", message: `unexpected "?"`, hint: "quote the value"},
	{theirs: "found unexpected end of stream", at: atContext, message: "the quote is not closed"},
	{theirs: "found unexpected document indicator", at: atContext, message: "the quote is not closed"},
	{theirs: "found unknown escape character", message: "unknown escape in a string", hint: hintYAMLEscape},
	{theirs: "did not find expected hexdecimal number", message: "invalid digit in an escape in a string", hint: hintYAMLEscape},
	{theirs: "found invalid Unicode character escape code", message: "the escape stands for no character"},
	{theirs: "unknown anchor", at: atEvent, message: "no anchor of this name stands before the alias", hint: `quote the value if it starts with "*"`},
	{theirs: "did not find expected alphabetic or numeric character", at: atContext, message: `a name must follow "&" or "*"`, hint: hintYAMLStart},
	{theirs: "found an indentation indicator equal to 0", message: `the indentation after "|" or ">" is 1 to 9`},
	{theirs: "did not find expected comment or line break", message: "unexpected text at the end of the line", hint: `the text of "|" or ">" begins on the next line`},
	{theirs: "found undefined tag handle", message: "unsupported tag", hint: `quote the value if it starts with "!"`},
	{theirs: "did not find expected tag URI", at: atContext, message: "invalid tag", hint: `quote the value if it starts with "!"`},
	{theirs: "did not find the expected '>'", at: atContext, message: "invalid tag", hint: `quote the value if it starts with "!"`},
	{theirs: "did not find expected '!'", at: atContext, message: "invalid tag", hint: `quote the value if it starts with "!"`},
	{theirs: "did not find URI escaped octet", at: atContext, message: "invalid tag", hint: `quote the value if it starts with "!"`},
	{theirs: "found an incorrect leading UTF-8 octet", at: atContext, message: "invalid tag", hint: `quote the value if it starts with "!"`},
	{theirs: "found an incorrect trailing UTF-8 octet", at: atContext, message: "invalid tag", hint: `quote the value if it starts with "!"`},
	{theirs: "did not find expected whitespace", at: atContext, message: "invalid tag", hint: `quote the value if it starts with "!"`},
	{theirs: "found unknown directive name", at: atContext, message: messageDirective, hint: hintDirective},
	{theirs: "could not find expected directive name", at: atContext, message: messageDirective, hint: hintDirective},
	{theirs: "found unexpected non-alphabetical character", at: atContext, message: messageDirective, hint: hintDirective},
	{theirs: "did not find expected digit or '.' character", at: atContext, message: messageDirective, hint: hintDirective},
	{theirs: "did not find expected version number", at: atContext, message: messageDirective, hint: hintDirective},
	{theirs: "found extremely long version number", at: atContext, message: messageDirective, hint: hintDirective},
	{theirs: "found duplicate %YAML directive", message: "duplicate directive"},
	{theirs: "found duplicate %TAG directive", message: "duplicate directive"},
	{theirs: "found incompatible YAML document", message: "unsupported version of YAML", hint: "write %YAML 1.2, or leave the line out"},
	{theirs: "exceeded max depth", message: "nested more than 100 levels deep", code: codeTooLarge},
}

const (
	messageTab       = "tab in the indentation; YAML allows only spaces"
	hintTab          = "replace the tab by spaces"
	messageDirective = `a line that starts with "%" must be a valid directive`
	hintDirective    = "quote the value, or indent the line"
)

// yamlSyntaxError makes a problem of what ended dec. Nothing of the text of
// err is passed on.
func yamlSyntaxError(dec *yaml.Decoder, text string, above int32, err error) Problem {
	line, theirs := cutYAMLLine(err.Error())
	f := yamlFailure{text: text, lines: newYAMLLines(text, above), marks: findYAMLMarks(dec)}
	f.problem = Problem{Code: codeSyntax, Message: "invalid YAML"}
	var e yamlExplanation
	for _, known := range yamlErrors {
		if strings.HasPrefix(theirs, known.theirs) {
			e = known
			f.problem.Message, f.problem.Hint = e.message, e.hint
			break
		}
	}
	if e.code != "" {
		f.problem.Code = e.code
	}
	at := f.marks.problem
	if e.at != nil {
		at = e.at(f.marks)
	}
	if at.line == 0 {
		f.pointToLine(line)
	} else {
		f.pointTo(at)
	}
	if e.refine != nil && at.line > 0 {
		e.refine(&f)
	}
	return f.problem
}
