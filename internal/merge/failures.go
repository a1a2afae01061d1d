package merge

import "example.com/lastgood/internal/keypath"

// failures records the values that have a problem. Further problems with these would only
// be consequences.
type failures struct {
	failedPaths  map[string]bool // true for values that could not be decoded, false for the values around them
	ruleFailures map[string]bool // values that failed a rule
}

// record records a problem with the value at p.
func (f *failures) record(code string, p keypath.Path) {
	switch code {
	case "type", "conflict":
		f.fail(p)
	case "check", "unknown_key", "duplicate_key":
	default:
		if f.ruleFailures == nil {
			f.ruleFailures = map[string]bool{}
		}
		f.ruleFailures[p.String()] = true
	}
}

// fail records that the value at p could not be decoded.
func (f *failures) fail(p keypath.Path) {
	if f.failedPaths == nil {
		f.failedPaths = map[string]bool{}
	}
	p.Prefixes(func(around string) bool {
		f.failedPaths[around] = f.failedPaths[around] || false
		return true
	})
	f.failedPaths[p.String()] = true
}

// Skip records that the value at p is not known and that this was reported. Neither its own
// rules nor rules that compare with it are checked.
func (f *failures) Skip(p keypath.Path) { f.fail(p) }

// Failed reports whether the value at p could not be decoded because of a problem with it
// or with a section around it.
func (f *failures) Failed(p keypath.Path) (failed bool) {
	if len(f.failedPaths) == 0 {
		return false
	}
	p.Prefixes(func(around string) bool {
		failed = f.failedPaths[around]
		return !failed
	})
	return failed
}

// Incomplete reports whether a value at, below or around p could not be decoded.
func (f *failures) Incomplete(p keypath.Path) bool {
	if len(f.failedPaths) == 0 {
		return false
	}
	_, below := f.failedPaths[p.String()]
	return below || f.Failed(p)
}

// HasRuleFailure reports whether the value at p failed a rule or could not be decoded. The
// error of its own method would only repeat that.
func (f *failures) HasRuleFailure(p keypath.Path) bool {
	key := p.String()
	return key != "" && (f.ruleFailures[key] || f.failedPaths[key])
}
