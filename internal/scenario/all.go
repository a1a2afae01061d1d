//go:build linux

package scenario

// plain is a file in a directory of its own, the usual place to begin.
const plain = "mkdir d; write d/c.yaml 1"

// All is the table of scenarios.
//
// A volume's or a repository's one more change is another swap or flip: nobody
// writes into them in place.
var All = []Scenario{
	// Written in place.
	{Name: "plain write", Path: "d/c.yaml", Setup: plain,
		Steps: "write d/c.yaml 2", Want: 2, Notified: exactly(1)},
	{Name: "truncate, 150 ms, write", Path: "d/c.yaml", Setup: plain,
		Steps: "truncate d/c.yaml; pause 150ms; write d/c.yaml 2", Want: 2, Notified: exactly(1)},
	{Name: "half, 100 ms, the rest", Path: "d/c.yaml", Setup: plain,
		Steps: "half d/c.yaml 2; pause 100ms; rest d/c.yaml 2", Want: 2, Notified: exactly(1)},
	{Name: "empty, then valid", Path: "d/c.yaml", Setup: plain,
		Steps: "truncate d/c.yaml; pause 400ms; write d/c.yaml 2", Want: 2, Notified: exactly(1)},
	{Name: "same size and modification time", Path: "d/c.yaml", Setup: plain,
		Steps: "rewrite d/c.yaml 2", Want: 2, Notified: exactly(1)},
	{Name: "write through another hard link", Path: "d/c.yaml", Setup: plain + "; mkdir e; ln d/c.yaml e/hard",
		Steps: "write e/hard 2", Want: 2, Notified: exactly(1)},
	{Name: "write through the link's target", Path: "d/c.yaml", Setup: "mkdir d e; write e/t.yaml 1; ln -s ../e/t.yaml d/c.yaml",
		Steps: "write e/t.yaml 2", Want: 2, Notified: exactly(1)},
	{Name: "store through mmap", Path: "d/c.yaml", Setup: plain, Silent: true,
		Steps: "mmap d/c.yaml 2", Want: 2, Notified: exactly(1)},
	{Name: "chmod only", Path: "d/c.yaml", Setup: plain,
		Steps: "chmod 600 d/c.yaml; pause 400ms", Want: 1, Notified: exactly(0)},
	{Name: "relative, unclean path", Path: "./a//b/../c.yaml", Setup: "mkdir a/b; write a/c.yaml 1",
		Steps: "write a/c.yaml 2", Want: 2, Notified: exactly(1)},
	{Name: "write amid 20,000 renames beside it", Path: "d/c.yaml", Setup: plain, Loud: true,
		Steps: "churn d 20000 d/c.yaml 2", Want: 2, Notified: exactly(1)},

	// Replaced by another file.
	{Name: "atomic rename", Path: "d/c.yaml", Setup: plain,
		Steps: "write d/c.tmp 2; mv d/c.tmp d/c.yaml", Want: 2, Notified: exactly(1)},
	{Name: "vim: rename to a backup, create", Path: "d/c.yaml", Setup: plain,
		Steps: "mv d/c.yaml d/c.yaml~; write d/c.yaml 2; chmod 644 d/c.yaml; rm d/c.yaml~", Want: 2, Notified: exactly(1)},
	{Name: "hard link in its place", Path: "d/c.yaml", Setup: plain,
		Steps: "write d/new 2; rm d/c.yaml; ln d/new d/c.yaml", Want: 2, Notified: exactly(1)},
	{Name: "delete, 500 ms, create", Path: "d/c.yaml", Setup: plain,
		Steps: "rm d/c.yaml; pause 500ms; write d/c.yaml 2", Want: 2, Notified: exactly(1)},
	{Name: "`ln -sfn`", Path: "d/c.yaml", Setup: "mkdir d; write d/1.yaml 1; write d/2.yaml 2; ln -s 1.yaml d/c.yaml",
		Steps: "ln -sfn 2.yaml d/c.yaml", Want: 2, Notified: exactly(1)},
	{Name: "link dangles for 300 ms", Path: "d/c.yaml", Setup: "mkdir d; write d/1.yaml 1; ln -s 1.yaml d/c.yaml",
		Steps: "ln -sfn 2.yaml d/c.yaml; pause 300ms; write d/2.yaml 2", Want: 2, Notified: exactly(1)},

	// Its directories.
	{Name: "directory removed, created again", Path: "d/c.yaml", Setup: plain,
		Steps: "rm d; mkdir d; write d/c.yaml 2", Want: 2, Notified: exactly(1)},
	{Name: "another directory in its place", Path: "d/c.yaml", Setup: plain + "; mkdir e; write e/c.yaml 2",
		Steps: "mv d d.old; mv e d", Want: 2, Notified: exactly(1)},
	{Name: "another grandparent in its place", Path: "g/d/c.yaml", Setup: "mkdir g/d h/d; write g/d/c.yaml 1; write h/d/c.yaml 2",
		Steps: "mv g g.old; mv h g", Want: 2, Notified: exactly(1)},
	{Name: "file absent, then created", Path: "d/c.yaml", Setup: "mkdir d", Absent: true,
		Steps: "write d/c.yaml 2", Want: 2, Notified: exactly(1)},
	{Name: "directories absent, then created", Path: "a/b/c.yaml", Absent: true,
		Steps: "mkdir a/b; write a/b/c.yaml 2", Want: 2, Notified: exactly(1)},

	// Kubernetes volumes.
	{Name: "kubelet swap", Path: "v/c.yaml", Setup: "swap v 1",
		Steps: "swap v 2", Then: "swap v 99", Want: 2, Notified: exactly(1)},
	{Name: "two swaps, 1 ms apart", Path: "v/c.yaml", Setup: "swap v 1",
		Steps: "swap v 2; pause 1ms; swap v 3", Then: "swap v 99", Want: 3, Notified: between(1, 2)},
	{Name: "50 swaps", Path: "v/c.yaml", Setup: "swap v 1",
		Steps: "swap v 2 51", Then: "swap v 99", Want: 51, Notified: between(1, 50)},
	{Name: "swap, identical content", Path: "v/c.yaml", Setup: "swap v 1",
		Steps: "swap v 1; pause 400ms", Then: "swap v 99", Want: 1, Notified: exactly(0)},
	{Name: "swap to invalid, then to valid", Path: "v/c.yaml", Setup: "swap v 1",
		Steps: "swap v broken; pause 400ms; swap v 2", Then: "swap v 99", Want: 2, Notified: exactly(1)},
	{Name: "swap, a file in a `sub/`", Path: "v/sub/c.yaml", Setup: "swap v 1",
		Steps: "swap v 2", Then: "swap v 99", Want: 2, Notified: exactly(1)},
	{Name: "swap, a path through `..data/`", Path: "v/..data/c.yaml", Setup: "swap v 1",
		Steps: "swap v 2", Then: "swap v 99", Want: 2, Notified: exactly(1)},
	{Name: "first publish of a volume", Path: "v/c.yaml", Setup: "mkdir v", Absent: true,
		Steps: "swap v 2", Then: "swap v 99", Want: 2, Notified: exactly(1)},

	// git-sync.
	{Name: "git-sync flip, old tree removed", Path: "r/current/c.yaml", Setup: "flip r 1",
		Steps: "flip r 2", Then: "flip r 99", Want: 2, Notified: exactly(1)},
	{Name: "git-sync flip, old tree kept", Path: "r/current/c.yaml", Setup: "flip r 1",
		Steps: "flip-keep r 2", Then: "flip-keep r 99", Want: 2, Notified: exactly(1)},

	// Mounts. What changes behind one does so once more.
	{Name: "bind mount over the file", Path: "d/c.yaml", Setup: plain + "; write other 2", Silent: true, Needs: Mounts,
		Steps: "bind other d/c.yaml", Want: 2, Notified: exactly(1)},
	{Name: "bind mount over its directory", Path: "d/c.yaml", Setup: plain + "; mkdir e; write e/c.yaml 2", Silent: true, Needs: Mounts,
		Steps: "bind e d", Want: 2, Notified: exactly(1)},
	{Name: "bind-mounted file, written by the host", Path: "d/c.yaml",
		Setup: "mkdir d host; write host/c.yaml 1; write d/c.yaml 0; bind host/c.yaml d/c.yaml", Needs: Mounts,
		Steps: "write host/c.yaml 2", Then: "write host/c.yaml 99", Want: 2, Notified: exactly(1)},
	{Name: "FUSE (bindfs), changed behind its back", Path: "d/c.yaml",
		Setup: "mkdir d e; write e/c.yaml 1; bindfs e d", Silent: true, Needs: FUSE,
		Steps: "write e/c.yaml 2", Then: "write e/c.yaml 99", Want: 2, Notified: exactly(1)},
	{Name: "overlay, its lower directory written", Path: "d/c.yaml",
		Setup: "mkdir d lower empty; write lower/c.yaml 1; overlay lower empty d", Silent: true, Needs: Overlay,
		Steps: "write lower/c.yaml 2", Then: "write lower/c.yaml 99", Want: 2, Notified: exactly(1)},
}
