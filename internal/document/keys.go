package document

// keyIndex finds a key among the children of one map. The zero value is ready for use.
//
// Most maps have few keys, where comparing them one after the other is faster than hashing.
// Without an index, a map of ten thousand keys would take a hundred million comparisons.
type keyIndex struct {
	// size is the expected number of keys, or 0.
	size int

	indexes map[string]int32
}

// maxScanned is the number of children up to which find compares them one by one.
const maxScanned = 16

// find returns the index of key in children, or -1. Between calls, children may only grow,
// and only by keys that were not found.
func (x *keyIndex) find(children []Child, key string) int {
	if len(children) <= maxScanned {
		for i := range children {
			if children[i].Key == key {
				return i
			}
		}
		return -1
	}
	if x.indexes == nil {
		x.indexes = make(map[string]int32, max(x.size, 2*len(children)))
	}
	for i := len(x.indexes); i < len(children); i++ {
		x.indexes[children[i].Key] = int32(i)
	}
	if i, ok := x.indexes[key]; ok {
		return int(i)
	}
	return -1
}
