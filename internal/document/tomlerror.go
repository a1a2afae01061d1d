package document

import "strings"

// explanation is our text for an error of a parser library.
type explanation struct {
	// libMessage is the library's message, or its start.
	libMessage string

	message, hint string

	// code is the code of the problem, if it is not "syntax".
	code string

	// atStart is set where the library reports the end of the file because
	// something was not closed: the start of the setting is more useful.
	atStart bool

	// atEscape is set where the library's position is after the wrong backslash.
	atEscape bool
}

const (
	hintQuoteString = "strings stand in quotes"
	hintEscape      = `write a backslash as \\, or put the string in single quotes`
)

// tomlErrors are the messages of go-toml's parser.
var tomlErrors = []explanation{
	{libMessage: "array is incomplete", message: `"[" is not closed`, atStart: true},
	{libMessage: "inline table is incomplete", message: `"{" is not closed`, atStart: true},
	{libMessage: "multiline literal string not terminated", message: "the string is not closed", atStart: true},
	{libMessage: "multiline basic string not terminated", message: "the string is not closed", atStart: true},
	{libMessage: "unterminated", message: "the string is not closed", atStart: true},
	{libMessage: "basic strings cannot have new lines", message: "the string is not closed on its line", hint: `strings of several lines stand in """`},
	{libMessage: "literal strings cannot have new lines", message: "the string is not closed on its line", hint: "strings of several lines stand in '''"},
	{libMessage: "too many quotes", message: "too many quotes at the end of the string"},
	{libMessage: "need a character after", message: "the string is not closed", atStart: true},
	{libMessage: "invalid escape character", message: "unknown escape in a string", hint: hintEscape},
	{libMessage: "invalid hexadecimal digit in unicode escape", message: "invalid digit in an escape in a string", hint: hintEscape, atEscape: true},
	{libMessage: "unicode escape sequence is too short", message: "an escape in a string is too short", hint: hintEscape, atEscape: true},
	{libMessage: "escape sequence is not a valid unicode", message: "the escape stands for no character"},
	{libMessage: "basic strings cannot have control", message: "control character in a string"},
	{libMessage: "literal strings cannot have control", message: "control character in a string"},
	{libMessage: "multiline basic strings cannot have control", message: "control character in a string"},
	{libMessage: "multiline literal strings cannot have control", message: "control character in a string"},
	{libMessage: "carriage returns", message: "carriage return without a line feed"},
	{libMessage: "control characters are not allowed in comments", message: "control character in a comment"},
	{libMessage: "arrays and inline tables are nested more", message: "nested more than 100 levels deep", code: codeTooLarge},
	{libMessage: "expected newline", message: "unexpected text after the end of the setting", hint: "one setting a line; " + hintQuoteString},
	{libMessage: "expected '=' after key", message: `expected "=" after the key`, hint: "write key = value"},
	{libMessage: "expected ']' to close", message: `expected "]" after the name of the table`},
	{libMessage: "expected ']]' to close", message: `expected "]]" after the name of the table`},
	{libMessage: "expected key but reached end", message: "unexpected end of the file"},
	{libMessage: "invalid character at start of key", message: "invalid start of a key", hint: "keys of other characters than A-Z a-z 0-9 - _ stand in quotes"},
	{libMessage: "expected value, not end of input", message: `expected a value after "="`},
	{libMessage: "unexpected character", message: "not a TOML value", hint: hintQuoteString},
	{libMessage: "expected keyword", message: "not a TOML value", hint: hintQuoteString},
	{libMessage: "strings must be quoted", message: "not a TOML number", hint: hintQuoteString},
	{libMessage: "expected value but got", message: `unexpected ","`},
	{libMessage: "unexpected comma in inline table", message: `unexpected ","`},
	{libMessage: "expected ',' or ']'", message: `expected "," or "]"`},
	{libMessage: "expected ',' or '}'", message: `expected "," or "}"`},
	{libMessage: "number must have at least one digit between", message: `"_" in a number must stand between digits`},
	{libMessage: "integers cannot have leading zeroes", message: "a number must not start with 0", hint: hintQuoteString},
	{libMessage: "decimal point must be followed", message: `a digit must follow the "." in a number`},
	{libMessage: "exponent must contain", message: `a digit must follow the "e" in a number`},
	{libMessage: "radix prefix must be followed", message: "a digit must follow 0x, 0o or 0b"},
	{libMessage: "sign is not allowed on numbers with a radix", message: "a number that starts with 0x, 0o or 0b has no sign"},
	{libMessage: "expected number after sign", message: "a digit must follow the sign"},
	{libMessage: "expected digit", message: "not a TOML number"},
	{libMessage: "expected \"", message: "not a TOML number"},
}

// explainTOML returns our text for a message of go-toml's parser.
func explainTOML(libMessage string) explanation {
	for _, e := range tomlErrors {
		if strings.HasPrefix(libMessage, e.libMessage) {
			return e
		}
	}
	return explanation{message: "invalid TOML"}
}
