//go:build linux

package scenario

// plain is a file in a directory of its own, the usual place to begin.
func plain(more ...Step) steps { return append(steps{mkdir("d"), write("d/c.yaml", 1)}, more...) }

// All is the table of scenarios.
//
// A volume's or a repository's one more change is another swap or flip: nobody
// writes into them in place.
var All = []Scenario{
	// Written in place.
	{Name: "plain write", Path: "d/c.yaml", Setup: plain(),
		Steps: steps{write("d/c.yaml", 2)}, Want: 2, Notified: exactly(1)},
	{Name: "truncate, 150 ms, write", Path: "d/c.yaml", Setup: plain(),
		Steps: steps{truncate("d/c.yaml"), pause(150 * ms), write("d/c.yaml", 2)}, Want: 2, Notified: exactly(1)},
	{Name: "half, 100 ms, the rest", Path: "d/c.yaml", Setup: plain(),
		Steps: steps{half("d/c.yaml", 2), pause(100 * ms), rest("d/c.yaml", 2)}, Want: 2, Notified: exactly(1)},
	{Name: "empty, then valid", Path: "d/c.yaml", Setup: plain(),
		Steps: steps{truncate("d/c.yaml"), pause(400 * ms), write("d/c.yaml", 2)}, Want: 2, Notified: exactly(1)},
	{Name: "same size and modification time", Path: "d/c.yaml", Setup: plain(),
		Steps: steps{rewrite("d/c.yaml", 2)}, Want: 2, Notified: exactly(1)},
	{Name: "write through another hard link", Path: "d/c.yaml", Setup: plain(mkdir("e"), link("d/c.yaml", "e/hard")),
		Steps: steps{write("e/hard", 2)}, Want: 2, Notified: exactly(1)},
	{Name: "write through the link's target", Path: "d/c.yaml", Setup: steps{mkdir("d", "e"), write("e/t.yaml", 1), symlink("../e/t.yaml", "d/c.yaml")},
		Steps: steps{write("e/t.yaml", 2)}, Want: 2, Notified: exactly(1)},
	{Name: "store through mmap", Path: "d/c.yaml", Setup: plain(), Silent: true,
		Steps: steps{mmap("d/c.yaml", 2)}, Want: 2, Notified: exactly(1)},
	{Name: "chmod only", Path: "d/c.yaml", Setup: plain(),
		Steps: steps{chmod(0o600, "d/c.yaml"), pause(400 * ms)}, Want: 1, Notified: exactly(0)},
	{Name: "relative, unclean path", Path: "./a//b/../c.yaml", Setup: steps{mkdir("a/b"), write("a/c.yaml", 1)},
		Steps: steps{write("a/c.yaml", 2)}, Want: 2, Notified: exactly(1)},
	{Name: "write amid 20,000 renames beside it", Path: "d/c.yaml", Setup: plain(), Loud: true,
		Steps: steps{churn("d", 20_000, "d/c.yaml", 2)}, Want: 2, Notified: exactly(1)},

	// Replaced by another file.
	{Name: "atomic rename", Path: "d/c.yaml", Setup: plain(),
		Steps: steps{write("d/c.tmp", 2), mv("d/c.tmp", "d/c.yaml")}, Want: 2, Notified: exactly(1)},
	{Name: "vim: rename to a backup, create", Path: "d/c.yaml", Setup: plain(),
		Steps: steps{mv("d/c.yaml", "d/c.yaml~"), write("d/c.yaml", 2), chmod(0o644, "d/c.yaml"), rm("d/c.yaml~")}, Want: 2, Notified: exactly(1)},
	{Name: "hard link in its place", Path: "d/c.yaml", Setup: plain(),
		Steps: steps{write("d/new", 2), rm("d/c.yaml"), link("d/new", "d/c.yaml")}, Want: 2, Notified: exactly(1)},
	{Name: "delete, 500 ms, create", Path: "d/c.yaml", Setup: plain(),
		Steps: steps{rm("d/c.yaml"), pause(500 * ms), write("d/c.yaml", 2)}, Want: 2, Notified: exactly(1)},
	{Name: "`ln -sfn`", Path: "d/c.yaml", Setup: steps{mkdir("d"), write("d/1.yaml", 1), write("d/2.yaml", 2), symlink("1.yaml", "d/c.yaml")},
		Steps: steps{relink("2.yaml", "d/c.yaml")}, Want: 2, Notified: exactly(1)},
	{Name: "link dangles for 300 ms", Path: "d/c.yaml", Setup: steps{mkdir("d"), write("d/1.yaml", 1), symlink("1.yaml", "d/c.yaml")},
		Steps: steps{relink("2.yaml", "d/c.yaml"), pause(300 * ms), write("d/2.yaml", 2)}, Want: 2, Notified: exactly(1)},

	// Its directories.
	{Name: "directory removed, created again", Path: "d/c.yaml", Setup: plain(),
		Steps: steps{rm("d"), mkdir("d"), write("d/c.yaml", 2)}, Want: 2, Notified: exactly(1)},
	{Name: "another directory in its place", Path: "d/c.yaml", Setup: plain(mkdir("e"), write("e/c.yaml", 2)),
		Steps: steps{mv("d", "d.old"), mv("e", "d")}, Want: 2, Notified: exactly(1)},
	{Name: "another grandparent in its place", Path: "g/d/c.yaml", Setup: steps{mkdir("g/d", "h/d"), write("g/d/c.yaml", 1), write("h/d/c.yaml", 2)},
		Steps: steps{mv("g", "g.old"), mv("h", "g")}, Want: 2, Notified: exactly(1)},
	{Name: "file absent, then created", Path: "d/c.yaml", Setup: steps{mkdir("d")}, Absent: true,
		Steps: steps{write("d/c.yaml", 2)}, Want: 2, Notified: exactly(1)},
	{Name: "directories absent, then created", Path: "a/b/c.yaml", Absent: true,
		Steps: steps{mkdir("a/b"), write("a/b/c.yaml", 2)}, Want: 2, Notified: exactly(1)},

	// Kubernetes volumes.
	{Name: "kubelet swap", Path: "v/c.yaml", Setup: steps{swap("v", 1)},
		Steps: steps{swap("v", 2)}, Then: steps{swap("v", 99)}, Want: 2, Notified: exactly(1)},
	{Name: "two swaps, 1 ms apart", Path: "v/c.yaml", Setup: steps{swap("v", 1)},
		Steps: steps{swap("v", 2), pause(1 * ms), swap("v", 3)}, Then: steps{swap("v", 99)}, Want: 3, Notified: between(1, 2)},
	{Name: "50 swaps", Path: "v/c.yaml", Setup: steps{swap("v", 1)},
		Steps: steps{swaps("v", 2, 51)}, Then: steps{swap("v", 99)}, Want: 51, Notified: between(1, 50)},
	{Name: "swap, identical content", Path: "v/c.yaml", Setup: steps{swap("v", 1)},
		Steps: steps{swap("v", 1), pause(400 * ms)}, Then: steps{swap("v", 99)}, Want: 1, Notified: exactly(0)},
	{Name: "swap to invalid, then to valid", Path: "v/c.yaml", Setup: steps{swap("v", 1)},
		Steps: steps{swap("v", broken), pause(400 * ms), swap("v", 2)}, Then: steps{swap("v", 99)}, Want: 2, Notified: exactly(1)},
	{Name: "swap, a file in a `sub/`", Path: "v/sub/c.yaml", Setup: steps{swap("v", 1)},
		Steps: steps{swap("v", 2)}, Then: steps{swap("v", 99)}, Want: 2, Notified: exactly(1)},
	{Name: "swap, a path through `..data/`", Path: "v/..data/c.yaml", Setup: steps{swap("v", 1)},
		Steps: steps{swap("v", 2)}, Then: steps{swap("v", 99)}, Want: 2, Notified: exactly(1)},
	{Name: "first publish of a volume", Path: "v/c.yaml", Setup: steps{mkdir("v")}, Absent: true,
		Steps: steps{swap("v", 2)}, Then: steps{swap("v", 99)}, Want: 2, Notified: exactly(1)},

	// git-sync.
	{Name: "git-sync flip, old tree removed", Path: "r/current/c.yaml", Setup: steps{flip(1)},
		Steps: steps{flip(2)}, Then: steps{flip(99)}, Want: 2, Notified: exactly(1)},
	{Name: "git-sync flip, old tree kept", Path: "r/current/c.yaml", Setup: steps{flip(1)},
		Steps: steps{flipKeep(2)}, Then: steps{flipKeep(99)}, Want: 2, Notified: exactly(1)},

	// Mounts. What changes behind one does so once more.
	{Name: "bind mount over the file", Path: "d/c.yaml", Setup: plain(write("other", 2)), Silent: true, Needs: Mounts,
		Steps: steps{bind("other", "d/c.yaml")}, Want: 2, Notified: exactly(1)},
	{Name: "bind mount over its directory", Path: "d/c.yaml", Setup: plain(mkdir("e"), write("e/c.yaml", 2)), Silent: true, Needs: Mounts,
		Steps: steps{bind("e", "d")}, Want: 2, Notified: exactly(1)},
	{Name: "bind-mounted file, written by the host", Path: "d/c.yaml",
		Setup: steps{mkdir("d", "host"), write("host/c.yaml", 1), write("d/c.yaml", 0), bind("host/c.yaml", "d/c.yaml")}, Needs: Mounts,
		Steps: steps{write("host/c.yaml", 2)}, Then: steps{write("host/c.yaml", 99)}, Want: 2, Notified: exactly(1)},
	{Name: "FUSE (bindfs), changed behind its back", Path: "d/c.yaml",
		Setup: steps{mkdir("d", "e"), write("e/c.yaml", 1), bindfs("e", "d")}, Silent: true, Needs: FUSE,
		Steps: steps{write("e/c.yaml", 2)}, Then: steps{write("e/c.yaml", 99)}, Want: 2, Notified: exactly(1)},
	{Name: "overlay, its lower directory written", Path: "d/c.yaml",
		Setup: steps{mkdir("d", "lower", "empty"), write("lower/c.yaml", 1), overlay("lower", "empty", "d")}, Silent: true, Needs: Overlay,
		Steps: steps{write("lower/c.yaml", 2)}, Then: steps{write("lower/c.yaml", 99)}, Want: 2, Notified: exactly(1)},
}
