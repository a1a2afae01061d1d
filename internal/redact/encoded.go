package redact

import (
	"encoding/base64"
	"encoding/hex"
	"regexp"
	"strconv"
	"strings"
)

var (
	base64Run = regexp.MustCompile(`[0-9A-Za-z+/_=-]{4,}`)
	hexRun    = regexp.MustCompile(`[0-9A-Fa-f]{4,}`)
	byteList  = regexp.MustCompile(`\b(?:0x)?[0-9A-Fa-f]{1,3}(?:[, ]+(?:0x)?[0-9A-Fa-f]{1,3}\b)+`) // as fmt prints them
)

// findEncoded finds what holds a secret in hexadecimal, in base64 or as a list of bytes.
func (s *Secrets) findEncoded(text string, found func(start, end int)) {
	if len(s.patterns) == 0 {
		return
	}
	find := func(pattern *regexp.Regexp, holds func(run string) bool) {
		for _, m := range pattern.FindAllStringIndex(text, -1) {
			if holds(text[m[0]:m[1]]) {
				found(m[0], m[1])
			}
		}
	}
	find(base64Run, func(run string) bool { return s.occursInHex(run) || s.occursInBase64(run) })
	find(byteList, s.occursInBytes)
}

func (s *Secrets) occursInHex(run string) bool {
	for _, digits := range hexRun.FindAllString(run, -1) {
		for range 2 { // a digit before it may not belong to it
			b, err := hex.DecodeString(digits[:len(digits)&^1])
			if err == nil && s.automaton.occursIn(string(b)) {
				return true
			}
			digits = digits[1:]
		}
	}
	return false
}

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

// occursInBytes is for a list of bytes, which may be in decimal or in hexadecimal.
func (s *Secrets) occursInBytes(list string) bool {
	var decimal, hexadecimal []byte
	for item := range strings.FieldsFuncSeq(list, func(r rune) bool { return r == ' ' || r == ',' }) {
		if d, err := strconv.ParseUint(item, 10, 8); err == nil {
			decimal = append(decimal, byte(d))
		}
		if h, err := strconv.ParseUint(strings.TrimPrefix(item, "0x"), 16, 8); err == nil {
			hexadecimal = append(hexadecimal, byte(h))
		}
	}
	return s.automaton.occursIn(string(decimal)) || s.automaton.occursIn(string(hexadecimal))
}
