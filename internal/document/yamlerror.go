package document

import (
	"cmp"
	"strings"
)

// yamlExplanation is our text for an error of the YAML library.
type yamlExplanation struct {
	// libMessage is the library's message, or its start.
	libMessage string

	// at returns the offset of the problem.
	at func(*yamlFailure) int

	// completion, appended to a text that ends early, prevents an error of this
	// kind at its end.
	completion string

	message, hint string

	// code is the code of the problem, if it is not "syntax".
	code string

	// refine, if set, replaces message and hint by what the text around the place
	// suggests.
	refine func(*yamlFailure)

	// exact is set if the mistake cannot be above the place.
	exact bool
}

const (
	hintIndent     = "check the indentation"
	hintYAMLEscape = `write a backslash as \\, or put the string in single quotes`
	hintTag        = `quote the value if it starts with "!"`
	hintYAMLStart  = "quote the value if it is meant to start like this"
)

// yamlErrors are the messages of the library's reader, scanner and parser. A message
// precedes those that it starts with.
var yamlErrors = []yamlExplanation{
	{libMessage: "control characters are not allowed", at: atControl, message: "control character in the text", hint: `write it as an escape such as \x1b in double quotes`, exact: true},
	{libMessage: "mapping values are not allowed in this context", at: atToken, message: `unexpected ":"`, hint: `quote the value if the ":" is part of it, else check the indentation and the line before`},
	{libMessage: "could not find expected ':'", at: atKey, message: `expected ":" and a value after the key`, hint: `write "key: value", with a space after the ":"`},
	{libMessage: "did not find expected key", at: atItem, message: "unexpected text", hint: hintIndent, refine: refineMap},
	{libMessage: "did not find expected '-' indicator", at: atItem, message: "unexpected text", hint: hintIndent, refine: refineList},
	{libMessage: "did not find expected ',' or ']'", at: atItem, completion: " ]", message: `expected "," or "]"`, refine: refineFlow},
	{libMessage: "did not find expected ',' or '}'", at: atItem, completion: " }", message: `expected "," or "}"`, refine: refineFlow},
	{libMessage: "did not find expected node content", at: atItem, completion: " x", message: "expected a value", refine: refineNode},
	{libMessage: "did not find expected <document start>", at: atItem, message: "unexpected text after the end of the document", hint: hintIndent, refine: refineEnd},
	{libMessage: "found character that cannot start any token", at: atToken, message: "unexpected character", hint: hintYAMLStart, refine: refineStart},
	{libMessage: "found a tab character", at: atTab, message: messageTab, hint: hintTab, refine: refineStart},
	{libMessage: "block sequence entries are not allowed in this context", at: atToken, message: `unexpected "-"`, hint: `begin the list on the next line, or quote the value`},
	{libMessage: "mapping keys are not allowed in this context", at: atToken, message: `unexpected "?"`, hint: "quote the value"},
	{libMessage: "found unexpected end of stream", at: atQuote, message: "the quote is not closed"},
	{libMessage: "found unexpected document indicator", at: atQuote, message: "the quote is not closed"},
	{libMessage: "found unknown escape character", at: atEscape, message: "unknown escape in a string", hint: hintYAMLEscape},
	{libMessage: "did not find expected hexdecimal number", at: atEscape, message: "invalid digit in an escape in a string", hint: hintYAMLEscape},
	{libMessage: "found invalid Unicode character escape code", at: atEscape, message: "the escape stands for no character", exact: true},
	{libMessage: "unknown anchor", at: atAlias, message: "there is no anchor of this name before the alias", hint: `define it above, or quote the value if it is meant to start with "*"`},
	{libMessage: "did not find expected alphabetic or numeric character", at: atIndicator, message: `a name must follow "&" or "*"`, hint: hintYAMLStart},
	{libMessage: "found an indentation indicator equal to 0", at: atBlockHeader, message: `the indentation after "|" or ">" is 1 to 9`, exact: true},
	{libMessage: "did not find expected comment or line break", at: atBlockHeader, message: "unexpected text at the end of the line", hint: `the text of "|" or ">" begins on the next line`},
	{libMessage: "found undefined tag handle", at: atIndicator, message: "unsupported tag", hint: hintTag},
	{libMessage: "did not find expected tag URI", at: atIndicator, message: "invalid tag", hint: hintTag},
	{libMessage: "did not find the expected '>'", at: atIndicator, message: "invalid tag", hint: hintTag},
	{libMessage: "did not find expected '!'", at: atIndicator, message: "invalid tag", hint: hintTag},
	{libMessage: "did not find URI escaped octet", at: atIndicator, message: "invalid tag", hint: hintTag},
	{libMessage: "found an incorrect leading UTF-8 octet", at: atIndicator, message: "invalid tag", hint: hintTag},
	{libMessage: "found an incorrect trailing UTF-8 octet", at: atIndicator, message: "invalid tag", hint: hintTag},
	{libMessage: "did not find expected whitespace", at: atIndicator, message: "invalid tag", hint: hintTag},
	{libMessage: "found unknown directive name", at: (*yamlFailure).scanned, message: messageDirective, hint: hintDirective},
	{libMessage: "could not find expected directive name", at: (*yamlFailure).scanned, message: messageDirective, hint: hintDirective},
	{libMessage: "found unexpected non-alphabetical character", at: (*yamlFailure).scanned, message: messageDirective, hint: hintDirective},
	{libMessage: "did not find expected digit or '.' character", at: (*yamlFailure).scanned, message: messageDirective, hint: hintDirective},
	{libMessage: "did not find expected version number", at: (*yamlFailure).scanned, message: messageDirective, hint: hintDirective},
	{libMessage: "found extremely long version number", at: (*yamlFailure).scanned, message: messageDirective, hint: hintDirective},
	{libMessage: "found duplicate %YAML directive", at: (*yamlFailure).parsed, message: "duplicate directive", exact: true},
	{libMessage: "found duplicate %TAG directive", at: (*yamlFailure).parsed, message: "duplicate directive", exact: true},
	{libMessage: "found incompatible YAML document", at: (*yamlFailure).parsed, message: "unsupported version of YAML", hint: "leave the line out, or write %YAML 1.1", exact: true},
	{libMessage: "exceeded max depth", at: atToken, message: "nested more than 100 levels deep", code: codeTooLarge, exact: true},
}

const (
	messageSecond = "only one YAML document is allowed in a file"
	hintSecond    = "remove everything from this line on, or make it a file of its own"

	messageTab       = "tab in the indentation; YAML allows only spaces"
	hintTab          = "replace the tab by spaces"
	messageDirective = `a line that starts with "%" must be a valid directive`
	hintDirective    = "quote the value, or indent the line"
)

// yamlSyntaxError returns the problem for err, an error of the library, which had read up
// to the offset read. above is the number of lines above the text in its file. The error's
// text is not passed on.
func yamlSyntaxError(text string, read int, above int32, err error) Problem {
	part, from, cut := cutYAML(text, read, err)
	if cut {
		above += int32(strings.Count(text[:from], "\n"))
		text, read = part, read-from
	}
	f := yamlFailure{text: text, above: int(above), cut: cut, lines: newYAMLLines(text, 0), stop: findYAMLStop(text, read)}
	e := yamlExplanation{at: atToken, message: "invalid YAML"}
	for _, known := range yamlErrors {
		if strings.HasPrefix(f.stop.libMessage, known.libMessage) {
			e = known
			break
		}
	}
	f.completion = e.completion
	f.problem = Problem{Code: cmp.Or(e.code, codeSyntax), Message: e.message, Hint: e.hint, Stuck: !e.exact}
	f.move(e.at(&f))
	if e.refine != nil {
		e.refine(&f)
	}
	f.problem.Line += int(above)
	return f.problem
}
