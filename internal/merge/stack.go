package merge

// stack lends slices that are given back in the reverse order. A pass lends some for
// each struct of the value, and needs no more memory than for those around one.
type stack[T any] struct {
	chunk []T // what has been lent of an earlier one, which was too small, is not lent again
	used  int
}

// level is how much of a stack is lent. A new chunk is longer than those before it.
type level struct{ chunk, used int }

func (s *stack[T]) level() level { return level{len(s.chunk), s.used} }

// take lends a slice of n, with whatever was in it.
func (s *stack[T]) take(n int) []T {
	if s.used+n > len(s.chunk) {
		s.chunk, s.used = make([]T, max(n, 2*len(s.chunk), 32)), 0
	}
	s.used += n
	return s.chunk[s.used-n : s.used : s.used]
}

// release takes back all that was lent since the level was as it says.
func (s *stack[T]) release(to level) {
	if to.chunk != len(s.chunk) {
		to.used = 0 // nothing of the new chunk was lent then
	}
	s.used = to.used
}
