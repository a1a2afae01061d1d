package merge

import "example.com/lastgood/internal/keypath"

// failures are the values that have a problem already: another would only follow from it.
type failures struct {
	failed map[string]bool // paths of values that could not be decoded, and, false, those around them
	ruled  map[string]bool // paths of values that failed a rule
}

// note notes a problem with the value at p.
func (f *failures) note(code string, p keypath.Path) {
	switch code {
	case "type", "conflict":
		f.fail(p)
	case "check", "unknown_key", "duplicate_key":
	default:
		if f.ruled == nil {
			f.ruled = map[string]bool{}
		}
		f.ruled[p.String()] = true
	}
}

// fail notes that the value at p could not be decoded.
func (f *failures) fail(p keypath.Path) {
	if f.failed == nil {
		f.failed = map[string]bool{}
	}
	p.Prefixes(func(around string) bool {
		f.failed[around] = f.failed[around] || false
		return true
	})
	f.failed[p.String()] = true
}

// Skip notes that the value at p is not known, and why has been said: neither its rules nor
// what compares with it are judged.
func (f *failures) Skip(p keypath.Path) { f.fail(p) }

// Failed reports whether the value at p could not be decoded, because of a problem
// with it or with a section around it: any other is only a consequence.
func (f *failures) Failed(p keypath.Path) (failed bool) {
	if len(f.failed) == 0 {
		return false
	}
	p.Prefixes(func(around string) bool {
		failed = f.failed[around]
		return !failed
	})
	return failed
}

// Incomplete reports whether something at, below or around p could not be decoded.
func (f *failures) Incomplete(p keypath.Path) bool {
	if len(f.failed) == 0 {
		return false
	}
	_, below := f.failed[p.String()]
	return below || f.Failed(p)
}

// Ruled reports whether the value at p has failed a rule, or could not be decoded.
// The error of its own method would only be the same in other words.
func (f *failures) Ruled(p keypath.Path) bool {
	key := p.String()
	return key != "" && (f.ruled[key] || f.failed[key])
}
