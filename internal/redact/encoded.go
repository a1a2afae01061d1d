package redact

import (
	"encoding/base64"
	"encoding/hex"
	"strconv"
	"strings"
)

// findEncoded finds what holds a secret in hexadecimal, in base64 or as a list of bytes.
func (s *Secrets) findEncoded(text string, found func(start, end int)) {
	if len(s.patterns) == 0 {
		return
	}
	runs(text, isBase64, func(start, end int) {
		run := text[start:end]
		if s.occursInHex(run) || s.occursInBase64(run) {
			found(start, end)
		}
	})
	s.findByteLists(text, found)
}

// runs calls do for each longest part of text of characters of a kind.
func runs(text string, is func(c byte) bool, do func(start, end int)) {
	for i := 0; i < len(text); i++ {
		start := i
		for i < len(text) && is(text[i]) {
			i++
		}
		if i-start >= shortest {
			do(start, i)
		}
	}
}

func isBase64(c byte) bool {
	return isAlphanumeric(c) || c == '+' || c == '/' || c == '-' || c == '_' || c == '='
}

func (s *Secrets) occursInHex(run string) bool {
	found := false
	runs(run, isHex, func(start, end int) {
		for shift := range 2 { // a digit before it may not belong to it
			digits := run[min(start+shift, end):end]
			b, err := hex.DecodeString(digits[:len(digits)&^1])
			found = found || err == nil && s.automaton.occursIn(string(b))
		}
	})
	return found
}

func isHex(c byte) bool { return isDigit(c) || 'a' <= lower(c) && lower(c) <= 'f' }

func (s *Secrets) occursInBase64(run string) bool {
	run = strings.ReplaceAll(strings.ReplaceAll(run, "-", "+"), "_", "/") // from the alphabet for URLs
	for part := range strings.SplitSeq(run, "=") {                        // it ends there
		for shift := range 4 { // what stands before it may not belong to it
			digits := part[min(shift, len(part)):]
			if len(digits)%4 == 1 {
				digits = digits[:len(digits)-1]
			}
			b, err := base64.RawStdEncoding.DecodeString(digits)
			if err == nil && s.automaton.occursIn(string(b)) {
				return true
			}
		}
	}
	return false
}

// findByteLists finds lists of bytes as fmt prints them that hold a secret: in decimal,
// or in hexadecimal with and without 0x.
func (s *Secrets) findByteLists(text string, found func(start, end int)) {
	var decimal, hexadecimal []byte
	start, end := 0, 0 // of the list
	finish := func() {
		if s.automaton.occursIn(string(decimal)) || s.automaton.occursIn(string(hexadecimal)) {
			found(start, end)
		}
		decimal, hexadecimal, start = decimal[:0], hexadecimal[:0], end
	}
	for i := 0; i < len(text); i++ {
		item := wordAt(text[i:])
		if item == "" {
			continue
		}
		d, notDecimal := strconv.ParseUint(item, 10, 8)
		h, notHexadecimal := strconv.ParseUint(strings.TrimPrefix(item, "0x"), 16, 8)
		isItem := notDecimal == nil || notHexadecimal == nil
		if start < end && (!isItem || strings.Trim(text[end:i], " ,") != "") {
			finish()
		}
		if start == end {
			start = i
		}
		i += len(item)
		if end = i; !isItem {
			start = i
			continue
		}
		if notDecimal == nil {
			decimal = append(decimal, byte(d))
		}
		if notHexadecimal == nil {
			hexadecimal = append(hexadecimal, byte(h))
		}
	}
	finish()
}
