//go:build linux

package scenario

// More are scenarios that were added to [All] later. The other libraries have not been
// tried with them.
var More = []Scenario{
	// A file that is written right after its link was made, which often has the same time.
	{Name: "`ln -sfn`, then its file, in halves", Path: "d/c.yaml", Setup: "mkdir d; write d/1.yaml 1; ln -s 1.yaml d/c.yaml",
		Steps: "ln -sfn 2.yaml d/c.yaml; half d/2.yaml 2; pause 100ms; rest d/2.yaml 2", Want: 2, Notified: exactly(1)},
	{Name: "`ln -sfn`, then its file, empty at first", Path: "d/c.yaml", Setup: "mkdir d; write d/1.yaml 1; ln -s 1.yaml d/c.yaml",
		Steps: "ln -sfn 2.yaml d/c.yaml; half d/2.yaml 2; truncate d/2.yaml; pause 100ms; write d/2.yaml 2", Want: 2, Notified: exactly(1)},
	{Name: "`ln -sfn` of its directory, then its file", Path: "d/l/c.yaml", Setup: "mkdir d/1 d/2; write d/1/c.yaml 1; ln -s 1 d/l",
		Steps: "ln -sfn 2 d/l; write d/2/c.yaml 2", Want: 2, Notified: exactly(1)},

	// ".." behind a link: d/l leads to a/b, so that d/l/.. is a.
	{Name: "`..` behind a link in the path", Path: "d/l/../c.yaml",
		Setup: "mkdir a/b d; ln -s ../a/b d/l; write d/c.yaml 50; write a/c.yaml 1",
		Steps: "write a/c.yaml 2", Want: 2, Notified: exactly(1)},
	{Name: "`..` behind a link in a link", Path: "d/c.yaml",
		Setup: "mkdir a/b d; ln -s ../a/b d/l; write d/t.yaml 50; write a/t.yaml 1; ln -s l/../t.yaml d/c.yaml",
		Steps: "write a/t.yaml 2", Want: 2, Notified: exactly(1)},
	{Name: "the link before `..` leads elsewhere", Path: "d/l/../c.yaml",
		Setup: "mkdir a/b d e/b; ln -s ../a/b d/l; write a/c.yaml 1; write e/c.yaml 2",
		Steps: "ln -sfn ../e/b d/l", Want: 2, Notified: exactly(1)},

	// Something else where a directory should be. The directory may get its inode number.
	{Name: "a file in place of its directory, for 400 ms", Path: "d/c.yaml", Setup: plain,
		Steps: "rm d; write d 50; pause 400ms; rm d; mkdir d; write d/c.yaml 2", Want: 2, Notified: exactly(1)},
	{Name: "a file in place of its directory, at first", Path: "d/c.yaml", Setup: "write d 50", Absent: true,
		Steps: "rm d; mkdir d; write d/c.yaml 2", Want: 2, Notified: exactly(1)},

	// All the time.
	{Name: "another file every 100 ms, for 4 s", Path: "d/c.yaml", Setup: plain,
		Steps: "exchange d/c.yaml 2 41 100ms", Want: 41, Notified: between(5, 40)},
	{Name: "another file every 80 ms, for 4 s", Path: "d/c.yaml", Setup: plain,
		Steps: "exchange d/c.yaml 2 51 80ms", Want: 51, Notified: between(5, 50)},
	{Name: "written every 100 ms, for 7 s", Path: "d/c.yaml", Setup: plain,
		Steps: "rewrites d/c.yaml 2 71 100ms", Want: 71, Notified: between(2, 70)},
	{Name: "swap, another file is exchanged every 100 ms", Path: "v/c.yaml", Beside: "d/b.yaml", Setup: "mkdir d; exchanges d/b.yaml 100ms; swap v 1; pause 1s",
		Steps: "swap v 2", Then: "swap v 99", Want: 2, Notified: exactly(1)},
	{Name: "rename, another file is exchanged every 100 ms", Path: "e/c.yaml", Beside: "d/b.yaml", Setup: "mkdir d e; exchanges d/b.yaml 100ms; write e/c.yaml 1; pause 1s",
		Steps: "write e/new 2; mv e/new e/c.yaml", Want: 2, Notified: exactly(1)},

	// Held back by others.
	{Name: "rename, under a write lease for 500 ms", Path: "d/c.yaml", Setup: plain,
		Steps: "write d/c.tmp 2; lease d/c.tmp 500ms; mv d/c.tmp d/c.yaml", Want: 2, Notified: exactly(1)},
	{Name: "FUSE (bindfs), hangs for 1.5 s", Path: "d/c.yaml", Setup: "mkdir d e; write e/c.yaml 1; bindfs e d", Silent: true, Needs: FUSE,
		Steps: "hang d; write e/c.yaml 2; pause 1500ms; answer d", Then: "write e/c.yaml 99", Want: 2, Notified: exactly(1)},
}
