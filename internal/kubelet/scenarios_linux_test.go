package kubelet

// The events of every new generation on the directory of a volume, before and after those of its keys.
const (
	first  = "CREATE TS1, CHMOD TS1, CREATE ..data_tmp, RENAME ..data_tmp, CREATE ..data"
	second = "CREATE TS2, CHMOD TS2, CREATE ..data_tmp, RENAME ..data_tmp, CREATE ..data"
	third  = "CREATE TS3, CHMOD TS3, CREATE ..data_tmp, RENAME ..data_tmp, CREATE ..data"
)

// The most that a watch on config.yaml receives, and only once.
const replaced = "CHMOD config.yaml, REMOVE config.yaml"

// scenarios are changes of a volume by the kubelet, and the events of watches.
var scenarios = []struct {
	name    string
	before  files   // nil when the volume is still empty
	updates []files // after the watches have begun
	want    seen
}{{
	name:    "first write",
	updates: []files{{"config.yaml": "1", "sub/a": "1", "sub/b/c": "1"}},
	want:    seen{dir: first + ", CREATE config.yaml, CREATE sub"},
}, {
	name:    "first write of nothing",
	updates: []files{{}},
	want:    seen{dir: first},
}, {
	name:    "changed",
	before:  files{"config.yaml": "1"},
	updates: []files{{"config.yaml": "2"}},
	want:    seen{second + ", REMOVE TS1", replaced, "REMOVE ..data/config.yaml, REMOVE ..data"},
}, {
	name:    "same payload",
	before:  files{"config.yaml": "1", "sub/a": "1"},
	updates: []files{{"config.yaml": "1", "sub/a": "1"}},
}, {
	name:    "another key changed",
	before:  files{"config.yaml": "1", "b": "1"},
	updates: []files{{"config.yaml": "1", "b": "2"}},
	want:    seen{second + ", REMOVE TS1", replaced, "REMOVE ..data/b, REMOVE ..data/config.yaml, REMOVE ..data"},
}, {
	name:    "keys added",
	before:  files{"config.yaml": "1"},
	updates: []files{{"config.yaml": "1", "b": "1", "c": "1"}},
	want:    seen{second + ", CREATE b, CREATE c, REMOVE TS1", replaced, "REMOVE ..data/config.yaml, REMOVE ..data"},
}, {
	name:    "keys removed",
	before:  files{"config.yaml": "1", "b": "1", "c": "1"},
	updates: []files{{"config.yaml": "1"}},
	want: seen{second + ", REMOVE b, REMOVE c, REMOVE TS1", replaced,
		"REMOVE ..data/b, REMOVE ..data/c, REMOVE ..data/config.yaml, REMOVE ..data"},
}, {
	name:    "a key exchanged for another",
	before:  files{"config.yaml": "1", "b": "1"},
	updates: []files{{"config.yaml": "1", "c": "1"}},
	want:    seen{second + ", CREATE c, REMOVE b, REMOVE TS1", replaced, "REMOVE ..data/b, REMOVE ..data/config.yaml, REMOVE ..data"},
}, {
	name:    "a key with a path changed",
	before:  files{"config.yaml": "1", "sub/dir/a": "1"},
	updates: []files{{"config.yaml": "1", "sub/dir/a": "2"}},
	want:    seen{second + ", REMOVE TS1", replaced, "REMOVE ..data/config.yaml, REMOVE ..data/sub, REMOVE ..data"},
}, {
	name:    "a key with a path added beside another",
	before:  files{"config.yaml": "1", "sub/a": "1"},
	updates: []files{{"config.yaml": "1", "sub/a": "1", "sub/b": "1"}},
	want:    seen{second + ", REMOVE TS1", replaced, "REMOVE ..data/config.yaml, REMOVE ..data/sub, REMOVE ..data"},
}, {
	name:    "a key with a path removed beside another",
	before:  files{"config.yaml": "1", "sub/a": "1", "sub/b": "1"},
	updates: []files{{"config.yaml": "1", "sub/a": "1"}},
	want:    seen{second + ", REMOVE TS1", replaced, "REMOVE ..data/config.yaml, REMOVE ..data/sub, REMOVE ..data"},
}, {
	name:    "the last key of a directory removed",
	before:  files{"config.yaml": "1", "sub/a": "1"},
	updates: []files{{"config.yaml": "1"}},
	want:    seen{second + ", REMOVE sub, REMOVE TS1", replaced, "REMOVE ..data/config.yaml, REMOVE ..data/sub, REMOVE ..data"},
}, {
	name:    "two updates back to back",
	before:  files{"config.yaml": "1"},
	updates: []files{{"config.yaml": "2"}, {"config.yaml": "3"}},
	want:    seen{second + ", REMOVE TS1, " + third + ", REMOVE TS2", replaced, "REMOVE ..data/config.yaml, REMOVE ..data"},
}, {
	name:    "all removed",
	before:  files{"config.yaml": "1", "b": "1"},
	updates: []files{{}},
	want: seen{second + ", REMOVE b, REMOVE config.yaml, REMOVE TS1", replaced,
		"REMOVE ..data/b, REMOVE ..data/config.yaml, REMOVE ..data"},
}}
