package layers

import (
	"slices"

	"example.com/lastgood/internal/redact"
	"example.com/lastgood/internal/schema"
)

// secretNames are folded names of variables after which a key of a secret map may follow in
// the name of a variable. For a list or map of sections, the names that may follow its own
// name, at any position, are in a nested secretNames.
type secretNames struct {
	names   map[string]*secretNames // nil for a secret map
	longest int
}

// allSecretNames returns the names of all leaves, whichever variables they have.
func (r *envReader) allSecretNames() *secretNames {
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
			s.add(r.names.withoutPrefix(name), in)
		}
	}
	return s
}

func isSecretMap(leaf schema.Leaf) bool { return leaf.Secret && leaf.Field.Type.Kind != schema.Scalar }

// addAll adds the names of secret maps in items or entries of type t, and in sections in
// these.
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

// mask returns the name of a variable without what may be a key of a secret map. rest is
// the part of the name after the prefix.
func (s *secretNames) mask(name, rest string) string {
	if len(s.names) == 0 {
		return name
	}
	if end := s.end(wordsOf(rest), false); end > 0 {
		return name[:len(name)-len(rest)+end] + "_" + redact.Hidden
	}
	return name
}

// end returns the index at which one of the names ends in words, or 0. The name must start
// at the first word or, after an index or a key, anywhere.
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

// wordsOf returns the parts of a name between "_" that are not empty when folded.
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
