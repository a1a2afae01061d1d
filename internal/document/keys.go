package document

// keyIndex finds a key among the children of one map. The zero value is
// ready for use.
//
// Most maps have a handful of keys, where comparing them one after the other
// beats hashing; a map of ten thousand must not take a hundred million
// comparisons.
type keyIndex struct {
	// size is how many keys to expect, if that is known.
	size int

	places map[string]int32
}

// fewKeys is up to how many children find compares one by one.
const fewKeys = 16

// find returns the place of key in children, or -1. From call to call,
// children may only grow, and only by keys that were not found.
func (x *keyIndex) find(children []Child, key string) int {
	if len(children) <= fewKeys {
		for i := range children {
			if children[i].Key == key {
				return i
			}
		}
		return -1
	}
	if x.places == nil {
		x.places = make(map[string]int32, max(x.size, 2*len(children)))
	}
	for i := len(x.places); i < len(children); i++ {
		x.places[children[i].Key] = int32(i)
	}
	if i, ok := x.places[key]; ok {
		return int(i)
	}
	return -1
}
