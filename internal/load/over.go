package load

import "context"

// pass is what tells that nobody waits for a pass any more, because the store was
// closed. The zero value never does.
type pass struct {
	ctx   context.Context
	steps int
	over  bool
}

// stepsPerLook is after how many steps a pass looks whether it is over. Looking takes
// longer than most steps.
const stepsPerLook = 256

// isOver reports whether the pass is over, to be asked for each of many things. What
// it has come to by then is of no use.
func (p *pass) isOver() bool {
	if p.steps++; p.steps%stepsPerLook == 0 && p.ctx != nil && p.ctx.Err() != nil {
		p.over = true
	}
	return p.over
}

// givenUp is the problem of a pass that is over.
func (p *pass) givenUp() []Problem {
	err := context.Cause(p.ctx)
	return []Problem{{Code: "check", Message: "the pass was given up: " + err.Error(), Err: err}}
}
