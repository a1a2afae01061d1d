package load

// pathMap maps paths to values. What it is asked costs the length of a path,
// however many there are. The zero value is empty.
type pathMap[V any] struct {
	below map[step]*pathMap[V]
	value V
	set   bool // there is a value for this very path
}

// put sets the value for p.
func (m *pathMap[V]) put(p path, v V) {
	for _, s := range p {
		next := m.below[s]
		if next == nil {
			if m.below == nil {
				m.below = map[step]*pathMap[V]{}
			}
			next = &pathMap[V]{}
			m.below[s] = next
		}
		m = next
	}
	m.value, m.set = v, true
}

// at returns what is there for p and below it, or nil if that is nothing.
func (m *pathMap[V]) at(p path) *pathMap[V] {
	for _, s := range p {
		if m == nil {
			return nil
		}
		m = m.below[s]
	}
	return m
}

// around returns the value for p or, where there is none, for what is around it, the
// innermost.
func (m *pathMap[V]) around(p path) (v V, ok bool) {
	v, ok = m.value, m.set
	for _, s := range p {
		if m = m.below[s]; m == nil {
			break
		}
		if m.set {
			v, ok = m.value, true
		}
	}
	return v, ok
}

// isEmpty reports whether no path has a value.
func (m *pathMap[V]) isEmpty() bool { return !m.set && len(m.below) == 0 }

// pathSet is a set of paths.
type pathSet struct{ pathMap[struct{}] }

func (s *pathSet) add(p path) { s.put(p, struct{}{}) }

// has reports whether p is in the set.
func (s *pathSet) has(p path) bool {
	m := s.at(p)
	return m != nil && m.set
}

// hasAround reports whether p, or what is around it, is in the set.
func (s *pathSet) hasAround(p path) bool {
	_, ok := s.around(p)
	return ok
}

// touches reports whether p, what is around it or what is below it is in the set.
func (s *pathSet) touches(p path) bool {
	return s.at(p) != nil && !s.isEmpty() || s.hasAround(p)
}
