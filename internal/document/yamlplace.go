package document

import (
	"sort"
	"strings"
	"unicode/utf8"
)

// The functions below return the offset of the cause of an error of the YAML library.

// atToken returns the offset at which the scanner stopped.
func atToken(f *yamlFailure) int { return f.stop.offset }

// atKey returns the start of the key on the line that is being scanned.
func atKey(f *yamlFailure) int {
	start := f.scanned()
	rest := f.line(start)
	for {
		blank := len(rest) - len(strings.TrimLeft(rest, " "))
		start, rest = start+blank, rest[blank:]
		if !strings.HasPrefix(rest, "- ") {
			return start
		}
		start, rest = start+1, rest[1:]
	}
}

const (
	maxReread      = 128 << 10 // bytes of a text that may be parsed repeatedly to find a place
	maxRereadBytes = 16 << 20  // bytes that may be parsed in total
)

// atItem returns the start of the token that does not fit the map, list or brackets around
// it. The library reads a few more tokens before it reports an error, so atItem parses the
// text up to different places.
func atItem(f *yamlFailure) int {
	start := lineStart(f.text, f.stop.offset)
	if len(f.text) > maxReread {
		return start + len(f.line(start)) - len(strings.TrimLeft(f.line(start), " \t"))
	}
	if !f.failsAlike(len(f.text), "") {
		return len(f.text)
	}
	for start > 0 && f.failsAlike(start-1, "") {
		start = lineStart(f.text, start-1)
	}
	tokens := tokenStarts(f.line(start))
	i := sort.Search(len(tokens), func(i int) bool {
		end := len(f.line(start))
		if i+1 < len(tokens) {
			end = tokens[i+1]
		}
		return f.failsAlike(start+end, "")
	})
	if i == len(tokens) {
		return start
	}
	at := start + tokens[i]
	switch before := f.text[at-min(at, 1)]; {
	case i == 0:
	case f.text[at] == ':' && f.completion == "":
		at = start + tokens[i-1] // the colon is part of the key before it
	case (before == '"' || before == '\'') && f.failsAlike(at, string(before)):
		at-- // include the opening quote
	}
	return at
}

// tokenStarts returns the offsets in a line at which a token may start.
func tokenStarts(line string) []int {
	var all []int
	for i := range len(line) {
		switch {
		case !utf8.RuneStart(line[i]), line[i] == ' ', line[i] == '\t':
		case strings.IndexByte("[]{},:", line[i]) >= 0, i == 0 || strings.IndexByte(" \t[]{},:\"'", line[i-1]) >= 0:
			all = append(all, i)
		}
	}
	return all
}

// atQuote returns the quote that opens on the line that is being scanned and is not closed
// there.
func atQuote(f *yamlFailure) int {
	start := f.scanned()
	if open := openQuote(f.line(start)); open >= 0 {
		return start + open
	}
	return start
}

// openQuote returns the offset of the quote that starts a value in a line and is not closed
// in it, or -1.
func openQuote(line string) int {
	for i := 0; i < len(line); i++ {
		c := line[i]
		if c == '#' && (i == 0 || line[i-1] == ' ') {
			return -1
		}
		if c != '"' && c != '\'' || i > 0 && strings.IndexByte(" \t[{,:", line[i-1]) < 0 {
			continue
		}
		open := i
		for i++; i < len(line) && line[i] != c; i++ {
			if c == '"' && line[i] == '\\' {
				i++
			}
		}
		if i >= len(line) {
			return open
		}
	}
	return -1
}

// openBracket returns the offset of the first bracket in a line that is not closed in it,
// or -1.
func openBracket(line string) int {
	var open []int
	for i := 0; i < len(line); i++ {
		switch c := line[i]; c {
		case '"', '\'':
			if i > 0 && strings.IndexByte(" \t[{,:", line[i-1]) < 0 {
				continue
			}
			if end := strings.IndexByte(line[i+1:], c); end >= 0 {
				i += end + 1
			}
		case '[', '{':
			open = append(open, i)
		case ']', '}':
			if len(open) > 0 {
				open = open[:len(open)-1]
			}
		}
	}
	if len(open) == 0 {
		return -1
	}
	return open[0]
}

// atEscape returns the last backslash that was read.
func atEscape(f *yamlFailure) int { return max(strings.LastIndexByte(f.text[:f.stop.read], '\\'), 0) }

// atAlias returns the last alias with the name in the library's message.
func atAlias(f *yamlFailure) int {
	_, name, _ := strings.Cut(f.stop.libMessage, "'")
	name = strings.TrimSuffix(name, "' referenced")
	return max(strings.LastIndex(f.text[:f.stop.read], "*"+name), 0)
}

// atIndicator returns the last start of an anchor, alias or tag that was read: the last of
// their characters after a blank, a bracket or a line break, or else the last one anywhere.
func atIndicator(f *yamlFailure) int {
	last := f.stop.offset
	for at := f.stop.read - 1; at >= 0; at-- {
		if strings.IndexByte("&*!", f.text[at]) < 0 {
			continue
		}
		if at == 0 || strings.IndexByte(" \t\r\n[{,", f.text[at-1]) >= 0 {
			return at
		}
		if last == f.stop.offset {
			last = at
		}
	}
	return last
}

// atBlockHeader returns the offset after the "|" or ">" of the line.
func atBlockHeader(f *yamlFailure) int {
	start := f.scanned()
	line := f.line(start)
	i := strings.IndexAny(line, "|>")
	if i < 0 {
		return start
	}
	for i++; i < len(line)-1 && (strings.IndexByte("+- ", line[i]) >= 0 || '1' <= line[i] && line[i] <= '9'); i++ {
	}
	return start + min(i, len(line)-1)
}

// atTab returns the last tab that was read.
func atTab(f *yamlFailure) int { return max(strings.LastIndexByte(f.text[:f.stop.read], '\t'), 0) }

// atControl returns the character that the library's reader rejects.
func atControl(f *yamlFailure) int {
	for i, r := range f.text {
		if !yamlPrintable(r) {
			return i
		}
	}
	return 0
}
