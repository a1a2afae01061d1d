//go:build linux

package scenario

// More are scenarios that were added to [All] later. The other libraries have not been
// tried with them.
var More = []Scenario{
	// A file that is written right after its link was made, which often has the same time.
	{Name: "`ln -sfn`, then its file, in halves", Path: "d/c.yaml", Setup: steps{mkdir("d"), write("d/1.yaml", 1), symlink("1.yaml", "d/c.yaml")},
		Steps: steps{relink("2.yaml", "d/c.yaml"), half("d/2.yaml", 2), pause(100 * ms), rest("d/2.yaml", 2)}, Want: 2, Notified: exactly(1)},
	{Name: "`ln -sfn`, then its file, empty at first", Path: "d/c.yaml", Setup: steps{mkdir("d"), write("d/1.yaml", 1), symlink("1.yaml", "d/c.yaml")},
		Steps: steps{relink("2.yaml", "d/c.yaml"), half("d/2.yaml", 2), truncate("d/2.yaml"), pause(100 * ms), write("d/2.yaml", 2)}, Want: 2, Notified: exactly(1)},
	{Name: "`ln -sfn` of its directory, then its file", Path: "d/l/c.yaml", Setup: steps{mkdir("d/1", "d/2"), write("d/1/c.yaml", 1), symlink("1", "d/l")},
		Steps: steps{relink("2", "d/l"), write("d/2/c.yaml", 2)}, Want: 2, Notified: exactly(1)},

	// No name is ever missing, and nothing is created or removed.
	{Name: "two links exchanged", Path: "d/c.yaml", Setup: steps{mkdir("d"), write("d/1.yaml", 1), write("d/2.yaml", 2), symlink("1.yaml", "d/c.yaml"), symlink("2.yaml", "d/other")},
		Steps: steps{trade("d/other", "d/c.yaml")}, Want: 2, Notified: exactly(1)},

	// ".." behind a link: d/l leads to a/b, so that d/l/.. is a.
	{Name: "`..` behind a link in the path", Path: "d/l/../c.yaml",
		Setup: steps{mkdir("a/b", "d"), symlink("../a/b", "d/l"), write("d/c.yaml", 50), write("a/c.yaml", 1)},
		Steps: steps{write("a/c.yaml", 2)}, Want: 2, Notified: exactly(1)},
	{Name: "`..` behind a link in a link", Path: "d/c.yaml",
		Setup: steps{mkdir("a/b", "d"), symlink("../a/b", "d/l"), write("d/t.yaml", 50), write("a/t.yaml", 1), symlink("l/../t.yaml", "d/c.yaml")},
		Steps: steps{write("a/t.yaml", 2)}, Want: 2, Notified: exactly(1)},
	{Name: "the link before `..` leads elsewhere", Path: "d/l/../c.yaml",
		Setup: steps{mkdir("a/b", "d", "e/b"), symlink("../a/b", "d/l"), write("a/c.yaml", 1), write("e/c.yaml", 2)},
		Steps: steps{relink("../e/b", "d/l")}, Want: 2, Notified: exactly(1)},

	// Something else where a directory should be. The directory may get its inode number.
	{Name: "a file in place of its directory, for 400 ms", Path: "d/c.yaml", Setup: plain(),
		Steps: steps{rm("d"), write("d", 50), pause(400 * ms), rm("d"), mkdir("d"), write("d/c.yaml", 2)}, Want: 2, Notified: exactly(1)},
	{Name: "a file in place of its directory, at first", Path: "d/c.yaml", Setup: steps{write("d", 50)}, Absent: true,
		Steps: steps{rm("d"), mkdir("d"), write("d/c.yaml", 2)}, Want: 2, Notified: exactly(1)},

	// All the time.
	{Name: "another file every 100 ms, for 4 s", Path: "d/c.yaml", Setup: plain(),
		Steps: steps{exchange("d/c.yaml", 2, 41, 100*ms)}, Want: 41, Notified: between(5, 40)},
	{Name: "another file every 80 ms, for 4 s", Path: "d/c.yaml", Setup: plain(),
		Steps: steps{exchange("d/c.yaml", 2, 51, 80*ms)}, Want: 51, Notified: between(5, 50)},
	{Name: "written every 100 ms, for 7 s", Path: "d/c.yaml", Setup: plain(),
		Steps: steps{rewrites("d/c.yaml", 2, 71, 100*ms)}, Want: 71, Notified: between(2, 70)},
	{Name: "swap, another file is exchanged every 100 ms", Path: "v/c.yaml", Beside: "d/b.yaml", Setup: steps{mkdir("d"), exchanges("d/b.yaml", 100*ms), swap("v", 1), pause(1000 * ms)},
		Steps: steps{swap("v", 2)}, Then: steps{swap("v", 99)}, Want: 2, Notified: exactly(1)},
	{Name: "rename, another file is exchanged every 100 ms", Path: "e/c.yaml", Beside: "d/b.yaml", Setup: steps{mkdir("d", "e"), exchanges("d/b.yaml", 100*ms), write("e/c.yaml", 1), pause(1000 * ms)},
		Steps: steps{write("e/new", 2), mv("e/new", "e/c.yaml")}, Want: 2, Notified: exactly(1)},

	// Held back by others.
	{Name: "rename, under a write lease for 500 ms", Path: "d/c.yaml", Setup: plain(),
		Steps: steps{write("d/c.tmp", 2), lease("d/c.tmp", 500*ms), mv("d/c.tmp", "d/c.yaml")}, Want: 2, Notified: exactly(1)},
	{Name: "FUSE (bindfs), hangs for 1.5 s", Path: "d/c.yaml", Setup: steps{mkdir("d", "e"), write("e/c.yaml", 1), bindfs("e", "d")}, Silent: true, Needs: FUSE,
		Steps: steps{hang("d"), write("e/c.yaml", 2), pause(1500 * ms), answer("d")}, Then: steps{write("e/c.yaml", 99)}, Want: 2, Notified: exactly(1)},
}
