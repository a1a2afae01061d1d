package redact

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// shortestNumber is the length from which on the digits of a number are found within
// longer ones.
const shortestNumber = 6

// addNumber adds what a text stands for as a number or duration.
func (s *Secrets) addNumber(text string) {
	text = strings.TrimSpace(text)
	if number, ok := canonical(text); ok {
		s.addCanonical(number)
	}
	if d, err := time.ParseDuration(text); err == nil {
		s.addDuration(d)
	}
}

// addCanonical adds a number in the form of canonical, and as floating-point numbers
// round it, and fmt does if it is not told to how many digits.
func (s *Secrets) addCanonical(number string) {
	if len(number) < 2 {
		return
	}
	put(&s.numbers, number)
	f, err := strconv.ParseFloat(number, 64)
	if err != nil {
		return // it is out of range
	}
	for _, rounded := range []string{
		strconv.FormatFloat(f, 'g', -1, 64), strconv.FormatFloat(f, 'g', -1, 32),
		strconv.FormatFloat(f, 'e', 6, 64), strconv.FormatFloat(f, 'f', 6, 64),
	} {
		if number, ok := canonical(rounded); ok && len(number) > 1 {
			put(&s.numbers, number)
		}
	}
}

func (s *Secrets) addDuration(d time.Duration) {
	if d == 0 {
		return
	}
	put(&s.durations, int64(d.Abs()))
	s.addCanonical(strconv.FormatInt(int64(d.Abs()), 10))
	for _, unit := range []time.Duration{time.Microsecond, time.Millisecond, time.Second} {
		s.addCanonical(ofFloat(float64(d)/float64(unit), 64))
	}
}

// addFloat adds a number of 32 or 64 bits.
func (s *Secrets) addFloat(f float64, bits int) {
	s.addCanonical(ofFloat(f, bits))
	s.addCanonical(ofFloat(f, 64))
}

// canonical returns the form that all spellings of a number have in common. Signs do
// not count, and neither do leading zeros.
func canonical(text string) (number string, ok bool) {
	text = strings.TrimLeft(text, "+-")
	if text == "" || !isDigit(text[0]) && text[0] != '.' {
		return "", false
	}
	if grouped.MatchString(text) {
		text = strings.ReplaceAll(text, ",", "")
	}
	if isDigits(text) { // however many, and not octal because of a leading zero
		return trimZeros(text), true
	}
	if u, err := strconv.ParseUint(text, 0, 64); err == nil {
		return strconv.FormatUint(u, 10), true
	}
	f, err := strconv.ParseFloat(strings.ReplaceAll(text, "_", ""), 64)
	if err != nil {
		return "", false
	}
	return ofFloat(f, 64), true
}

func trimZeros(digits string) string {
	if trimmed := strings.TrimLeft(digits, "0"); trimmed != "" {
		return trimmed
	}
	return "0"
}

// ofFloat returns the canonical form of a float.
func ofFloat(f float64, bits int) string {
	f = math.Abs(f)
	if f == math.Trunc(f) && f < 1<<63 {
		return strconv.FormatUint(uint64(f), 10)
	}
	return strconv.FormatFloat(f, 'g', -1, bits)
}

// findNumbers finds numbers and durations that stand alone.
func (s *Secrets) findNumbers(text string, found func(start, end int)) {
	if len(s.numbers)+len(s.durations) == 0 {
		return
	}
	for i := 0; i < len(text); {
		if !isAlphanumeric(text[i]) {
			i++
			continue
		}
		word, number := wordAt(text[i:]), numberAt(text[i:])
		_, isNumber := canonical(number)
		switch {
		case s.isSecretNumber(number):
			found(i, i+len(number))
			i += len(number)
			continue
		case (!isNumber || number == word) && s.isSecretInBase(word):
			found(i, i+len(word))
		case isNumber && !strings.Contains(number, ","): // what may be several numbers is not skipped
			i += len(number)
			continue
		default:
			s.findDigits(word, func(start, end int) { found(i+start, i+end) })
		}
		i += len(word)
	}
}

// findDigits finds numbers between the letters of a word.
func (s *Secrets) findDigits(word string, found func(start, end int)) {
	for start := 0; start < len(word); start++ {
		end := start
		for end < len(word) && isDigit(word[end]) {
			end++
		}
		if end > start && s.isSecretNumber(word[start:end]) {
			found(start, end)
		}
		start = end
	}
}

func (s *Secrets) isSecretNumber(text string) bool {
	if text == "" {
		return false
	}
	if number, ok := canonical(text); ok {
		if _, is := s.numbers[number]; is {
			return true
		}
	}
	if len(s.durations) > 0 {
		if d, err := time.ParseDuration(text); err == nil {
			_, is := s.durations[int64(d)]
			return is
		}
	}
	return false
}

// isSecretInBase reports whether a word is a secret number in another base.
func (s *Secrets) isSecretInBase(word string) bool {
	if len(s.numbers) == 0 {
		return false
	}
	for _, base := range []int{16, 8, 2} {
		if u, err := strconv.ParseUint(word, base, 64); err == nil && u >= 1000 { // of few digits, most is a number
			if _, is := s.numbers[strconv.FormatUint(u, 10)]; is {
				return true
			}
		}
	}
	return false
}

// wordAt returns the letters and digits that text begins with.
func wordAt(text string) string {
	end := 0
	for end < len(text) && isAlphanumeric(text[end]) {
		end++
	}
	return text[:end]
}

// longestNumber bounds what is taken for one number.
const longestNumber = 400

// numberAt returns what may be one number or duration at the beginning of text, or "":
// digits, with what stands between these in some notation.
func numberAt(text string) string {
	return strings.TrimRight(anyNumber.FindString(text[:min(len(text), longestNumber)]), ".,_+-")
}

var (
	anyNumber = regexp.MustCompile(`^[0-9](?:[eE][+-]|[0-9A-Za-z_.,]|\x{b5}|\x{3bc})*`) // both forms of the µ of microseconds
	grouped   = regexp.MustCompile(`^[0-9]{1,3}(?:,[0-9]{3})+(?:\.|$)`)
)
