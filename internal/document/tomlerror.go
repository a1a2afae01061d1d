package document

import "strings"

// explanation is our wording of an error of a parser library.
type explanation struct {
	// theirs is the library's message, or how it starts.
	theirs string

	message, hint string

	// code is the code of the problem, if it is not "syntax".
	code string

	// atStart is set where the library points to the end of the file because
	// something was never closed: the setting it belongs to is the better place.
	atStart bool

	// atEscape is set where the library points behind the backslash that is the mistake.
	atEscape bool
}

const (
	hintQuoteString = "strings stand in quotes"
	hintEscape      = `write a backslash as \\, or put the string in single quotes`
)

// tomlErrors are the messages of go-toml's parser.
var tomlErrors = []explanation{
	{theirs: "array is incomplete", message: `"[" is not closed`, atStart: true},
	{theirs: "inline table is incomplete", message: `"{" is not closed`, atStart: true},
	{theirs: "multiline literal string not terminated", message: "the string is not closed", atStart: true},
	{theirs: "multiline basic string not terminated", message: "the string is not closed", atStart: true},
	{theirs: "unterminated", message: "the string is not closed", atStart: true},
	{theirs: "basic strings cannot have new lines", message: "the string is not closed on its line", hint: `strings of several lines stand in """`},
	{theirs: "literal strings cannot have new lines", message: "the string is not closed on its line", hint: "strings of several lines stand in '''"},
	{theirs: "too many quotes", message: "too many quotes at the end of the string"},
	{theirs: "need a character after", message: "the string is not closed", atStart: true},
	{theirs: "invalid escape character", message: "unknown escape in a string", hint: hintEscape},
	{theirs: "invalid hexadecimal digit in unicode escape", message: "invalid digit in an escape in a string", hint: hintEscape, atEscape: true},
	{theirs: "unicode escape sequence is too short", message: "an escape in a string is too short", hint: hintEscape, atEscape: true},
	{theirs: "escape sequence is not a valid unicode", message: "the escape stands for no character"},
	{theirs: "basic strings cannot have control", message: "control character in a string"},
	{theirs: "literal strings cannot have control", message: "control character in a string"},
	{theirs: "multiline basic strings cannot have control", message: "control character in a string"},
	{theirs: "multiline literal strings cannot have control", message: "control character in a string"},
	{theirs: "carriage returns", message: "carriage return without a line feed"},
	{theirs: "control characters are not allowed in comments", message: "control character in a comment"},
	{theirs: "arrays and inline tables are nested more", message: "nested more than 100 levels deep", code: codeTooLarge},
	{theirs: "expected newline", message: "unexpected text after the end of the setting", hint: "one setting a line; " + hintQuoteString},
	{theirs: "expected '=' after key", message: `expected "=" after the key`, hint: "write key = value"},
	{theirs: "expected ']' to close", message: `expected "]" after the name of the table`},
	{theirs: "expected ']]' to close", message: `expected "]]" after the name of the table`},
	{theirs: "expected key but reached end", message: "unexpected end of the file"},
	{theirs: "invalid character at start of key", message: "invalid start of a key", hint: "keys of other characters than A-Z a-z 0-9 - _ stand in quotes"},
	{theirs: "expected value, not end of input", message: `expected a value after "="`},
	{theirs: "unexpected character", message: "not a TOML value", hint: hintQuoteString},
	{theirs: "expected keyword", message: "not a TOML value", hint: hintQuoteString},
	{theirs: "strings must be quoted", message: "not a TOML number", hint: hintQuoteString},
	{theirs: "expected value but got", message: `unexpected ","`},
	{theirs: "unexpected comma in inline table", message: `unexpected ","`},
	{theirs: "expected ',' or ']'", message: `expected "," or "]"`},
	{theirs: "expected ',' or '}'", message: `expected "," or "}"`},
	{theirs: "number must have at least one digit between", message: `"_" in a number must stand between digits`},
	{theirs: "integers cannot have leading zeroes", message: "a number must not start with 0", hint: hintQuoteString},
	{theirs: "decimal point must be followed", message: `a digit must follow the "." in a number`},
	{theirs: "exponent must contain", message: `a digit must follow the "e" in a number`},
	{theirs: "radix prefix must be followed", message: "a digit must follow 0x, 0o or 0b"},
	{theirs: "sign is not allowed on numbers with a radix", message: "a number that starts with 0x, 0o or 0b has no sign"},
	{theirs: "expected number after sign", message: "a digit must follow the sign"},
	{theirs: "expected digit", message: "not a TOML number"},
	{theirs: "expected \"", message: "not a TOML number"},
}

// explainTOML translates a message of go-toml's parser.
func explainTOML(theirs string) explanation {
	for _, e := range tomlErrors {
		if strings.HasPrefix(theirs, e.theirs) {
			return e
		}
	}
	return explanation{message: "invalid TOML"}
}
