package document

import (
	"io"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// yamlReader passes a text to the library, from an offset on one byte at a time.
type yamlReader struct {
	text string
	next int // the offset of the next byte to read
	slow int // the offset from which on bytes are passed one at a time
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

// yamlStop is the place at which the library's parser stopped.
type yamlStop struct {
	// line, counted from 1, is the library's line on which the value starts that it
	// was reading: a map, a list, a quoted string. It is 0 for errors without a line.
	line int

	// offset is the start of the token at which its scanner was, and read is
	// the offset up to which it had read.
	offset, read int

	libMessage string // the message, without the line
}

const (
	// yamlLookahead is the number of characters of a token that the library's scanner reads
	// before it decides which token it is.
	yamlLookahead = 4

	// yamlPadding is a line break for each of them.
	yamlPadding = "\n\n\n\n"

	// yamlBuffered is more bytes than the library reads ahead of its scanner.
	yamlBuffered = 4096
)

// findYAMLStop parses a text again for which the library returned an error after it had read
// at least up to the offset read.
//
// The library's errors have no column, and often no line. Its position follows from the
// number of bytes that it requested from its reader: it reads no further ahead than it
// must. A blank line before the text makes the library set the line of all errors, which it
// leaves out for errors on the first line. Blank lines after the text keep the end of the
// text apart from the end of the lookahead.
func findYAMLStop(text string, read int) yamlStop {
	r := &yamlReader{text: "\n" + text + yamlPadding, slow: max(read-yamlBuffered, 0)}
	err := decodeYAML(yaml.NewDecoder(r))
	stop := yamlStop{read: min(r.next-1, len(text))}
	stop.line, stop.libMessage = cutYAMLLine(err.Error())
	at := r.next
	for range yamlLookahead {
		_, size := utf8.DecodeLastRuneInString(r.text[:at])
		at -= size
	}
	stop.offset = max(min(at-1, len(text)), 0)
	return stop
}

// cutYAML returns the part of a large text in which the library stopped, and its offset:
// some top-level keys, up to the offset to which the library had read. It is false if the
// part does not fail with the same error. Parsing the part again takes a fraction of the
// time for the whole text.
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
		_, message := cutYAMLLine(err.Error())
		_, same := cutYAMLLine(decodeYAML(yaml.NewDecoder(newYAMLReader(part))).Error())
		return part, from, message == same
	}
	return "", 0, false
}

// decodeYAML decodes all documents, and returns the error that ends them, or io.EOF.
func decodeYAML(dec *yaml.Decoder) error {
	for {
		if err := dec.Decode(new(yaml.Node)); err != nil {
			return err
		}
	}
}

// cutYAMLLine splits an error of the library into the line, or 0, and the message after it.
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
