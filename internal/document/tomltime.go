package document

import (
	"strings"

	"github.com/pelletier/go-toml/v2/unstable"
)

// validTOMLTime reports whether text is one of TOML's four kinds of dates and times.
// Package time is not strict enough: it accepts 1:02:03 and 24-hour offsets.
func validTOMLTime(kind unstable.Kind, text string) bool {
	if kind != unstable.LocalTime {
		if len(text) < len("2006-01-02") || !validDate(text[:10]) {
			return false
		}
		if text = text[10:]; kind == unstable.LocalDate {
			return text == ""
		}
		if text == "" || text[0] != 'T' && text[0] != 't' && text[0] != ' ' {
			return false
		}
		text = text[1:]
	}
	rest, ok := cutTimeOfDay(text)
	if kind == unstable.DateTime {
		return ok && validOffset(rest)
	}
	return ok && rest == ""
}

// validDate reports whether s, of ten bytes, is an existing date.
func validDate(s string) bool {
	year, ok1 := number(s[0:4])
	month, ok2 := number(s[5:7])
	day, ok3 := number(s[8:10])
	if !ok1 || !ok2 || !ok3 || s[4] != '-' || s[7] != '-' || month < 1 || month > 12 {
		return false
	}
	days := [...]int{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}[month-1]
	if month == 2 && year%4 == 0 && (year%100 != 0 || year%400 == 0) {
		days = 29
	}
	return 1 <= day && day <= days
}

// cutTimeOfDay cuts HH:MM, HH:MM:SS or HH:MM:SS.fraction from the start of s.
func cutTimeOfDay(s string) (rest string, ok bool) {
	if len(s) < len("15:04") || !validClock(s[:5]) {
		return "", false
	}
	if s = s[5:]; !strings.HasPrefix(s, ":") {
		return s, true
	}
	if len(s) < len(":05") {
		return "", false
	}
	if second, ok := number(s[1:3]); !ok || second > 59 {
		return "", false
	}
	if s = s[3:]; !strings.HasPrefix(s, ".") {
		return s, true
	}
	n := digits(s[1:])
	return s[1+n:], n > 0
}

// validOffset reports whether s is Z, +HH:MM or -HH:MM.
func validOffset(s string) bool {
	if s == "Z" || s == "z" {
		return true
	}
	return len(s) == len("+07:00") && (s[0] == '+' || s[0] == '-') && validClock(s[1:])
}

// validClock reports whether s, of five bytes, is HH:MM.
func validClock(s string) bool {
	hour, ok1 := number(s[0:2])
	minute, ok2 := number(s[3:5])
	return ok1 && ok2 && s[2] == ':' && hour <= 23 && minute <= 59
}

// number returns the value of s if it consists of digits.
func number(s string) (int, bool) {
	n := 0
	for i := range len(s) {
		if !isDigit(s[i]) {
			return 0, false
		}
		n = n*10 + int(s[i]-'0')
	}
	return n, true
}
