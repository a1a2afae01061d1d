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
	p.rehearseAll()
	if all := p.root.children; len(all) > 0 && !slices.ContainsFunc(all, func(n *setting) bool { return !n.isOff() }) {
		all[0].live = true // a file with nothing in it is an error
	}
}

// isOff reports whether a setting is only shown.
func (n *setting) isOff() bool { return !n.live && (n.form == leaf || n.optional) }

// rehearseAll finds values for what is only shown, from the outside in: what a section
// needs is not only shown any more once the section has been rehearsed.
func (p *plan) rehearseAll() {
	done := map[*setting]bool{}
	for {
		waiting := map[*setting]bool{}
		var next []*setting
		for _, n := range p.all { // each before those in it
			if n.isOff() && !n.hasDefault && !done[n] {
				waiting[n] = true
				if !n.parent.isIn(waiting) {
					next = append(next, n)
				}
			}
		}
		if len(next) == 0 {
			return
		}
		for _, n := range next {
			done[n] = true
		}
		p.rehearseEach(next)
	}
}

// rehearseEach rehearses settings together or, where that cannot be, one after the
// other, the first of them if they are many.
func (p *plan) rehearseEach(all []*setting) {
	if len(all) > 1 && p.rehearse(all) {
		return
	}
	for i := range min(len(all), p.mostTries()) {
		p.rehearse(all[i : i+1])
	}
}

// rehearse sets what is only shown, to find values for it, and for what is in it,
// that would be accepted, and reports whether it has found some. All else is as it was
// afterwards. If it has found none for several settings, they are so, too.
func (p *plan) rehearse(shown []*setting) bool {
	type state struct {
		live bool
		at   int
	}
	before := make([]state, len(p.all))
	for i, m := range p.all {
		before[i] = state{m.live, m.at}
	}
	isShown := map[*setting]bool{}
	for _, n := range shown {
		isShown[n] = true
		for m := n; m != p.root; m = m.parent {
			m.live = true
		}
	}
	accepted := len(p.repair(p.try())) == 0
	for i, m := range p.all {
		switch {
		case !m.isIn(isShown), !accepted && len(shown) > 1:
			m.live, m.at = before[i].live, before[i].at
		case isShown[m]:
			m.live = false
		}
	}
	return accepted
}

// isIn reports whether one of the settings is n or around it.
func (n *setting) isIn(outer map[*setting]bool) bool {
	for ; n != nil; n = n.parent {
		if outer[n] {
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

// mostTries bounds a search. In each try all settings are judged.
func (p *plan) mostTries() int { return max(10, min(500, 50_000/len(p.all))) }

// search changes one setting after the other, and keeps what leaves fewer problems:
// what a Validate method says of a section does not tell which value in it is wrong.
func (p *plan) search(problems []problem.Problem) []problem.Problem {
	tries := 0
	for again := true; again && len(problems) > 0; {
		again = false
		for _, n := range p.near(problems) {
			live, at := n.live, n.at
			for i := range n.values {
				if tries++; tries > p.mostTries() {
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
	faulty := map[*setting]bool{}
	for _, found := range problems {
		faulty[p.find(found.Key)] = true
	}
	var set, unset []*setting
	for _, n := range p.all {
		if n.form != leaf || !n.isIn(faulty) {
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
