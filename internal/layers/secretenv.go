package layers

import (
	"slices"

	"example.com/lastgood/internal/redact"
	"example.com/lastgood/internal/schema"
)

// secretNames are names, folded, behind which the name of a variable may hold a key of a
// secret map. Those of lists and maps of sections have the names that may follow, at any
// place, in these.
type secretNames struct {
	names   map[string]*secretNames // nil for a secret itself
	longest int
}

// secretNames returns those of all leaves, whatever variables they have in fact.
func (r *envReader) secretNames() *secretNames {
	s := &secretNames{names: map[string]*secretNames{}}
	for _, leaf := range slices.Concat(r.root.Leaves.All(), r.root.Leaves.Old()) {
		in := (*secretNames)(nil)
		if !isSecretMap(leaf) {
			in = &secretNames{names: map[string]*secretNames{}}
			if in.addAll(leaf.Field.Type.Elem, map[*schema.Type]bool{}); len(in.names) == 0 {
				continue
			}
		}
		s.add(schema.EnvName("", leaf.AsWritten()), in)
		for _, name := range r.Names(leaf.Path) {
			s.add(r.names.rest(name), in)
		}
	}
	return s
}

func isSecretMap(leaf schema.Leaf) bool { return leaf.Secret && leaf.Field.Type.Kind != schema.Scalar }

// addAll adds the names of secret maps in items or entries of type t, and in what is in these.
func (s *secretNames) addAll(t *schema.Type, seen map[*schema.Type]bool) {
	if t == nil || !t.Secrets || seen[t] {
		return
	}
	if seen[t] = true; t.Kind != schema.Struct {
		s.addAll(t.Elem, seen)
		return
	}
	leaves := schema.LeavesOf(t)
	for _, leaf := range slices.Concat(leaves.All(), leaves.Old()) {
		if isSecretMap(leaf) {
			s.add(schema.EnvName("", leaf.AsWritten()), nil)
		} else {
			s.addAll(leaf.Field.Type.Elem, seen)
		}
	}
}

func (s *secretNames) add(name string, in *secretNames) {
	fold := schema.FoldVariable(name)
	s.names[fold], s.longest = in, max(s.longest, len(fold))
}

// shown returns the name of a variable, of which rest follows the prefix, without what may
// be a key of a secret map.
func (s *secretNames) shown(name, rest string) string {
	if len(s.names) == 0 {
		return name
	}
	if end := s.end(wordsOf(rest), false); end > 0 {
		return name[:len(name)-len(rest)+end] + "_" + redact.Hidden
	}
	return name
}

// end returns where one of the names ends in words, or 0: at the start of these or, behind
// an index or a key, anywhere.
func (s *secretNames) end(words []word, anywhere bool) int {
	for from := range words {
		fold := ""
		for to := from; to+1 < len(words) && len(fold) < s.longest; to++ {
			fold += words[to].fold
			in, ok := s.names[fold]
			if ok && in == nil {
				return words[to].end
			} else if ok {
				if end := in.end(words[to+1:], true); end > 0 {
					return end
				}
			}
		}
		if !anywhere {
			break
		}
	}
	return 0
}

// word is a part of a variable's name.
type word struct {
	fold string
	end  int
}

// wordsOf returns what "_" separates in a name, but for what folding drops.
func wordsOf(name string) (words []word) {
	start := 0
	for i := 0; i <= len(name); i++ {
		if i < len(name) && name[i] != '_' {
			continue
		}
		if fold := schema.FoldVariable(name[start:i]); fold != "" {
			words = append(words, word{fold, i})
		}
		start = i + 1
	}
	return words
}
