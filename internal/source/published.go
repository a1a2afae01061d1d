package source

import "slices"

// CompareTo sets Whole and Likely of the documents: whether each was published as a whole
// since the snapshot last. That is so if the file was complete before a symbolic link was
// created that now leads to it, as the kubelet and git-sync do. A file that was written to
// after its link was created may be half written.
//
// Timestamps have ticks of some milliseconds, so a file and its link often have the same one.
// For the link of a Kubernetes volume that proves it: the kubelet always creates the link
// last. For other links to a directory it is likely. For a link to the file itself it proves
// nothing: the file may have been written after the link.
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

// Gone returns the document that replaces doc when its directory has no such entry any more.
func (s *Snapshot) Gone(doc *Document) Document {
	gone := Document{Place: doc.Place, Path: doc.Path, Key: doc.Key, Remote: doc.Remote, Gone: true, Ref: doc.Ref, steps: s.directory(doc.Place)}
	// A reference is gone because no document that was read contains it.
	gone.Whole = doc.Remote || doc.Ref || unpublished(gone.steps, doc.steps)
	return gone
}

// isMissing reports whether the file does not exist.
func (d *Document) isMissing() bool {
	return d.Absent || d.Err != nil && d.Err.Message == noSuchFile
}

// unpublished reports whether the link of a volume now leads to another generation than
// before, so that a file missing behind these steps was removed with all of its generation.
// Any other link may have been created before its file.
func unpublished(steps, before []Step) bool {
	for l := range newLinks(steps, before) {
		if l.Name == volumeData && l.isParent {
			return true
		}
	}
	return false
}

// directory returns the steps to the directory that was listed for a place, or nil.
func (s *Snapshot) directory(place int) []Step {
	i, ok := slices.BinarySearch(s.Route.places, place)
	if !ok {
		return nil
	}
	return s.Route.dir(i).Steps
}

// published reports whether a file is older than a new link on the way to it, or likely so;
// see [Snapshot.CompareTo].
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

// NewLinks calls yield with the path of each symbolic link on the way to d that was not on the
// way to old with the same target.
func (d *Document) NewLinks(old *Document, yield func(path string)) {
	for l := range newLinks(d.steps, old.steps) {
		yield(l.path)
	}
}

// newLinks yields the links in steps that are not in old with the same target.
func newLinks(steps, old []Step) func(yield func(*Step) bool) {
	return func(yield func(*Step) bool) {
		for i := range steps {
			if steps[i].Kind == Link && !hasLink(old, &steps[i]) && !yield(&steps[i]) {
				return
			}
		}
	}
}

// hasLink reports whether steps contain the link l with the same target.
func hasLink(steps []Step, l *Step) bool {
	for i := range steps {
		if s := &steps[i]; s.Kind == Link && s.path == l.path && s.Target == l.Target {
			return true
		}
	}
	return false
}

// sameLinks reports whether a and b contain the same symbolic links with the same targets.
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
