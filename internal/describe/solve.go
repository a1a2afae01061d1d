package describe

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"example.com/lastgood/internal/problem"
	"example.com/lastgood/internal/source"
)

// solve finds values that the loader accepts, first for what must be set and then
// for the rest, which is only shown.
func (p *plan) solve() {
	problems := p.repair(p.try())
	if len(problems) > 0 {
		problems = p.search(problems)
	}
	for _, problem := range problems {
		p.find(problem.Key).note = problem.Text()
	}
	off := func(n *setting) bool { return !n.live && (n.form == leaf || n.optional) }
	for _, n := range p.all {
		if off(n) && !n.hasDefault {
			p.rehearse(n)
		}
	}
	if all := p.root.children; len(all) > 0 && !slices.ContainsFunc(all, func(n *setting) bool { return !off(n) }) {
		all[0].live = true // a file with nothing in it is an error
	}
}

// rehearse sets what is only shown, to find values for it, and for what is in it,
// that would be accepted. All else is as it was afterwards.
func (p *plan) rehearse(n *setting) {
	type state struct {
		live bool
		at   int
	}
	before := make([]state, len(p.all))
	for i, m := range p.all {
		before[i] = state{m.live, m.at}
	}
	for m := n; m != p.root; m = m.parent {
		m.live = true
	}
	p.repair(p.try())
	for i, m := range p.all {
		if m == n {
			m.live = false
		} else if !m.isIn(n) {
			m.live, m.at = before[i].live, before[i].at
		}
	}
}

func (n *setting) isIn(outer *setting) bool {
	for ; n != nil; n = n.parent {
		if n == outer {
			return true
		}
	}
	return false
}

// try has the loader judge the sample.
func (p *plan) try() []problem.Problem {
	keys, _ := p.root.value()
	data, err := json.Marshal(keys)
	if err != nil {
		return []problem.Problem{{Message: "it cannot be written"}}
	}
	_, problems := p.Loader.Load(context.Background(), []source.Document{{Path: "sample.json", Data: data}}, nil)
	return problems
}

// find returns the setting that a key of a problem belongs to: an item of a list of
// values belongs to the list.
func (p *plan) find(key string) *setting {
	for {
		if n := p.byPath[key]; n != nil {
			return n
		}
		key = key[:max(strings.LastIndexAny(key, ".["), 0)]
	}
}

// repair sets what has a problem because it is not set, and gives what has one
// otherwise its next value, until none is left or nothing can be changed.
func (p *plan) repair(problems []problem.Problem) []problem.Problem {
	for changed := true; changed && len(problems) > 0; {
		changed = false
		for _, problem := range problems {
			n := p.find(problem.Key)
			switch {
			case !n.live && (n.form == leaf || n.optional):
				n.live, changed = true, true
			case n.form == leaf && n.at+1 < len(n.values):
				n.at++
				changed = true
			}
		}
		if changed {
			problems = p.try()
		}
	}
	return problems
}

// mostTries bounds a search.
const mostTries = 500

// search changes one setting after the other, and keeps what leaves fewer problems:
// what a Validate method says of a section does not tell which value in it is wrong.
func (p *plan) search(problems []problem.Problem) []problem.Problem {
	tries := 0
	for again := true; again && len(problems) > 0; {
		again = false
		for _, n := range p.near(problems) {
			live, at := n.live, n.at
			for i := range n.values {
				if tries++; tries > mostTries {
					break
				}
				n.live, n.at = true, i
				if left := p.try(); len(left) < len(problems) {
					problems, live, at, again = left, true, i, true
				}
			}
			n.live, n.at = live, at
		}
	}
	return problems
}

// near returns the leaves at and below the settings that have problems, those that
// are set already first.
func (p *plan) near(problems []problem.Problem) []*setting {
	var set, unset []*setting
	for _, n := range p.all {
		if n.form != leaf || !slices.ContainsFunc(problems, func(found problem.Problem) bool { return n.isIn(p.find(found.Key)) }) {
			continue
		}
		if n.live {
			set = append(set, n)
		} else {
			unset = append(unset, n)
		}
	}
	return append(set, unset...)
}
