package document

import (
	"io"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// yamlReader hands a text to the library, from a place on one byte at a time.
type yamlReader struct {
	text string
	next int // the offset of what is read next
	slow int // the offset from which single bytes are handed out
}

func newYAMLReader(text string) *yamlReader {
	return &yamlReader{text: text, slow: math.MaxInt}
}

func (r *yamlReader) Read(p []byte) (int, error) {
	rest := r.text[r.next:]
	if rest == "" {
		return 0, io.EOF
	}
	if r.next < r.slow {
		rest = rest[:min(len(rest), r.slow-r.next)]
	} else {
		rest = rest[:1]
	}
	n := copy(p, rest)
	r.next += n
	return n, nil
}

// yamlStop is where the library's parser stopped.
type yamlStop struct {
	// line, in the library's counting from 1, is where that starts which it was
	// reading: a map, a list, a quoted string. It is 0 for errors without a line.
	line int

	// offset is that of the token which its scanner was at, and read the
	// offset up to which it had read.
	offset, read int

	theirs string // the message, without the line
}

const (
	// yamlLookahead is how many characters from the start of a token on the
	// library's scanner reads before it decides what the token is.
	yamlLookahead = 4

	// yamlPadding is a blank line for each of them.
	yamlPadding = "\n\n\n\n"

	// yamlBuffered is more bytes than the library reads ahead of its scanner.
	yamlBuffered = 4096
)

// findYAMLStop parses a text again which the library has an error for, having read
// at least as far as the offset read.
//
// The library's errors have no column, and often no line. How much it had asked its
// reader for says where it was: it looks no further ahead than it must. A blank line
// before the text makes it give the line of all errors, which it leaves out for those on
// the first, and blank lines behind it keep the end of the text apart from the end of
// what it looks ahead.
func findYAMLStop(text string, read int) yamlStop {
	r := &yamlReader{text: "\n" + text + yamlPadding, slow: max(read-yamlBuffered, 0)}
	err := decodeYAML(yaml.NewDecoder(r))
	stop := yamlStop{read: min(r.next-1, len(text))}
	stop.line, stop.theirs = cutYAMLLine(err.Error())
	at := r.next
	for range yamlLookahead {
		_, size := utf8.DecodeLastRuneInString(r.text[:at])
		at -= size
	}
	stop.offset = max(min(at-1, len(text)), 0)
	return stop
}

// cutYAML returns the part of a large text in which the library stopped, and where it
// starts: some keys of the top level, up to where the library had read. It must fail as
// the text does. That takes a small part of the time it took to come so far.
func cutYAML(text string, read int, err error) (part string, from int, ok bool) {
	const enough = 32 << 10
	if read <= 4*enough {
		return "", 0, false
	}
	for from = read - enough; from > read-2*enough; from-- {
		if text[from-1] != '\n' || strings.IndexByte(" \t\r\n#-]}", text[from]) >= 0 {
			continue
		}
		part = text[from:read]
		_, theirs := cutYAMLLine(err.Error())
		_, same := cutYAMLLine(decodeYAML(yaml.NewDecoder(newYAMLReader(part))).Error())
		return part, from, theirs == same
	}
	return "", 0, false
}

// decodeYAML reads all documents, and returns the error that ends them, or io.EOF.
func decodeYAML(dec *yaml.Decoder) error {
	for {
		if err := dec.Decode(new(yaml.Node)); err != nil {
			return err
		}
	}
}

// cutYAMLLine splits an error of the library into the line, or 0, and what
// follows it.
func cutYAMLLine(err string) (line int, message string) {
	message = strings.TrimPrefix(err, "yaml: ")
	if rest, ok := strings.CutPrefix(message, "line "); ok {
		if number, rest, ok := strings.Cut(rest, ": "); ok {
			if n, err := strconv.Atoi(number); err == nil {
				return n, rest
			}
		}
	}
	return 0, message
}
