package source

import "slices"

// CompareTo finds out what has been published as a whole since the last snapshot: a
// file that was complete before the symbolic link was made that leads
// to it now. The kubelet and git-sync publish that way. A file that was written to
// after its link was made may be half written.
//
// Times come in ticks of some milliseconds, so that a file and its link often have the
// same one. Of the link in a Kubernetes volume to all of its content that is enough: it
// is always made last. So it is likely of any other link to a directory. Whoever makes
// a link to the file itself may as well write the file afterwards.
func (s *Snapshot) CompareTo(last Snapshot) {
	old := last.Documents
	for i := range s.Documents {
		doc := &s.Documents[i]
		for len(old) > 0 && old[0].Compare(doc) < 0 {
			old = old[1:]
		}
		var before []Step
		switch {
		case doc.Moving, doc.Remote:
			continue
		case len(old) == 0 || old[0].Compare(doc) > 0:
			before = last.directory(doc.Place)
		case doc.Untouched(&old[0]):
			doc.Whole, doc.Likely = old[0].Whole, old[0].Likely
			continue
		default:
			before = old[0].steps
		}
		if doc.Err == nil && !doc.Absent {
			doc.Whole, doc.Likely = published(doc, before)
		} else if doc.isMissing() {
			doc.Whole = unpublished(doc.steps, before)
		}
	}
}

// Gone returns the document that takes the place of one that s has no more, because
// its directory has no such entry.
func (s *Snapshot) Gone(doc *Document) Document {
	gone := Document{Place: doc.Place, Path: doc.Path, Key: doc.Key, Remote: doc.Remote, Gone: true, Ref: doc.Ref, steps: s.directory(doc.Place)}
	// A reference is there no more because no document that was read has it.
	gone.Whole = doc.Remote || doc.Ref || unpublished(gone.steps, doc.steps)
	return gone
}

// isMissing reports whether there is no file.
func (d *Document) isMissing() bool {
	return d.Absent || d.Err != nil && d.Err.Message == noSuchFile
}

// unpublished reports whether what is missing behind these steps was taken away as a
// whole: a volume's link leads to other content than before. Any other link may have been
// made before the file that it is for.
func unpublished(steps, before []Step) bool {
	for l := range newLinks(steps, before) {
		if l.Name == volumeData && l.isParent {
			return true
		}
	}
	return false
}

// directory returns the way to the directory that was listed at a place, if any.
func (s *Snapshot) directory(place int) []Step {
	i, ok := slices.BinarySearch(s.Route.places, place)
	if !ok {
		return nil
	}
	return s.Route.dir(i).Steps
}

// published reports whether a file was complete before a link on the way to it was
// made that was not there before.
func published(doc *Document, before []Step) (whole, likely bool) {
	for l := range newLinks(doc.steps, before) {
		switch {
		case doc.Modified.Before(l.modified), doc.Modified.Equal(l.modified) && l.isParent && l.Name == volumeData:
			whole = true
		case doc.Modified.Equal(l.modified) && l.isParent:
			likely = true
		}
	}
	return whole, likely && !whole
}

// NewLinks calls yield with each symbolic link on the way to the document that did not
// lead there on the way to the other.
func (d *Document) NewLinks(old *Document, yield func(path string)) {
	for l := range newLinks(d.steps, old.steps) {
		yield(l.path)
	}
}

// newLinks yields the links of steps that old does not have with the same target.
func newLinks(steps, old []Step) func(yield func(*Step) bool) {
	return func(yield func(*Step) bool) {
		for i := range steps {
			if steps[i].Kind == Link && !hasLink(old, &steps[i]) && !yield(&steps[i]) {
				return
			}
		}
	}
}

func hasLink(steps []Step, l *Step) bool {
	for i := range steps {
		if s := &steps[i]; s.Kind == Link && s.path == l.path && s.Target == l.Target {
			return true
		}
	}
	return false
}

// sameLinks reports whether both ways went through the same symbolic links with the
// same targets.
func sameLinks(a, b []Step) bool {
	if len(a) > 0 && len(a) == len(b) && &a[0] == &b[0] {
		return true
	}
	for {
		for len(a) > 0 && a[0].Kind != Link {
			a = a[1:]
		}
		for len(b) > 0 && b[0].Kind != Link {
			b = b[1:]
		}
		if len(a) == 0 || len(b) == 0 {
			return len(a) == len(b)
		}
		if a[0].path != b[0].path || a[0].Target != b[0].Target {
			return false
		}
		a, b = a[1:], b[1:]
	}
}
