package config_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/spf13/viper"

	"example.com/lastgood/config"
	"example.com/lastgood/config/configtest"
)

// referring is a configuration for whose values documents may refer to files.
type referring struct {
	Password config.Secret
	Tokens   map[string]config.Secret
	Keys     []string `ref:"file"`
	Limit    int      `ref:"file" validate:"omitempty,max=10"`
	CA       []byte   `mapstructure:"ca" secret:"true"`
	Open     string
	Own      config.Secret
	OwnFile  string
	Section  struct{ APIKey string } `secret:"true"`
	Items    []struct{ Password config.Secret }
	Fail     bool
}

func (r referring) Validate() error {
	if r.Fail {
		return fmt.Errorf("%s and %v are bad", r.Password.Reveal(), r.Keys)
	}
	return nil
}

func TestADocumentCanReferToFiles(t *testing.T) {
	t.Parallel()
	dir := files(t, "password", "hunter22\n", "sub/tokens", "a=x,b=y\n", "keys", "k1,k2", "limit", "7\n", "ca", "\xff\x00\n", "key", "line 1\nline 2\n")
	path := filepath.Join(dir, "c.yaml")
	put(t, path, "password_file: password\nTokensFile: ./sub/../sub/tokens\nkeys-file: "+filepath.Join(dir, "keys")+"\nLIMIT_FILE: limit\nca_file: ca\nsection: {apikey-file: key}\nitems: [{password_file: password}, {}]\nown: a\nown_file: password\n")
	want := referring{Password: config.NewSecret("hunter22"), Tokens: map[string]config.Secret{"a": config.NewSecret("x"), "b": config.NewSecret("y")},
		Keys: []string{"k1", "k2"}, Limit: 7, CA: []byte("\xff\x00"), Own: config.NewSecret("a"), OwnFile: "password"}
	want.Section.APIKey = "line 1\nline 2"
	want.Items = []struct{ Password config.Secret }{{config.NewSecret("hunter22")}, {}}
	s := open[referring](t, config.WithFile(path))
	if got := *s.Current(); !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	origin, _ := s.Origin("password")
	if want := path + ":1:16 from " + filepath.Join(dir, "password"); origin.String() != want {
		t.Errorf("it comes from %s, want %s", origin, want)
	}
	for _, set := range s.Settings() {
		if set.Key != "own_file" && set.Origin.Kind == config.OriginFile && (!set.Secret || set.Value != "[redacted]") {
			t.Errorf("%s is shown", set)
		}
	}
}

func TestFilesAreReferredToInEveryFormatAndByACodec(t *testing.T) {
	t.Parallel()
	for name, content := range map[string]string{
		"c.toml": "password_file = 'pw'\nitems = [{password_file = 'pw'}]", "c.json": `{"password\u005ffile": "pw", "items": [{"passwordFile": "pw"}]}`,
		"c.yaml": "password_file: pw\nitems: [{password_file: pw}]\n", "c.props": "password_file=pw",
	} {
		path := filepath.Join(files(t, "pw", "hunter22", name, content), name)
		got := open[referring](t, config.WithFile(path), config.WithCodec("props", propsCodec{})).Current()
		if got.Password.Reveal() != "hunter22" || name != "c.props" && got.Items[0].Password.Reveal() != "hunter22" {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

func TestAReferenceThatLeadsNowhereIsAProblemAtItsPlace(t *testing.T) {
	t.Parallel()
	dir := files(t, "big", strings.Repeat("x", 200), "text", "hidden text", "bytes", "a\xff", "list", `["a"`)
	must(t, os.Mkdir(filepath.Join(dir, "dir"), 0o755))
	must(t, os.Symlink("loop", filepath.Join(dir, "loop")))
	path := filepath.Join(dir, "c.yaml")
	for content, want := range map[string]string{
		"password_file: none":                  "c.yaml:1:16 from D/none: password: no such file [missing_file]",
		"password_file: none/a":                "c.yaml:1:16 from D/none/a: password: no such file [missing_file]",
		"password_file: ''":                    "c.yaml:1:16: password: the path of the file is empty [type]",
		"password_file: [a]":                   "c.yaml:1:16: password: want the path of a file, got a list [type]",
		"password_file: dir":                   "c.yaml:1:16 from D/dir: password: the file is a directory, not a regular file [not_regular]",
		"password_file: loop":                  "c.yaml:1:16 from D/loop: password: its symbolic links lead in a circle [unreadable]",
		"password_file: big":                   "c.yaml:1:16 from D/big: password: the file has 200 bytes or more, the limit is 150; WithMaxSize raises the limit [too_large]",
		"password_file: \"a\\0b\"":             "c.yaml:1:16 from D/a\\x00b: password: the file cannot be read: invalid argument [unreadable]",
		"password_file: bytes":                 "c.yaml:1:16 from D/bytes: password: the file is not valid UTF-8; only a []byte field takes any bytes [type]",
		"keys_file: list":                      `c.yaml:1:12 from D/list: keys: the content of the file: not valid JSON: expected "," or "]"; put an item that begins with "[" in double quotes [type]`,
		"limit_file: text":                     "c.yaml:1:13 from D/text: limit: want an integer [type]",
		"items: [{password_file: none}]":       "c.yaml:1:25 from D/none: items[0].password: no such file [missing_file]",
		"password: a\npassword_file: text":     `c.yaml:2:1: password: "password_file" sets the same as "password" on line 1; keep one [duplicate_key]`,
		"password_file: text\npassword: a":     `c.yaml:1:1: password: "password_file" sets the same as "password" on line 2; keep one [duplicate_key]`,
		"password_file: text\npasswordFile: a": `c.yaml:2:1: password: "passwordFile" sets the same as "password_file" on line 1; keep one [duplicate_key]`,
		"open_file: text":                      `c.yaml:1:1: open_file: unknown key; a value can be in a file of its own if the field "open" is secret, or has the tag ref:"file" [unknown_key]`,
		"section_file: text":                   `c.yaml:1:1: section_file: unknown key; a section cannot be read from a file of its own [unknown_key]`,
		"passwordfile: text":                   `c.yaml:1:1: passwordfile: unknown key; did you mean "password"? [unknown_key]`,
	} {
		put(t, path, content+"\n")
		_, err := config.Open[referring](config.WithFile(path), config.WithLogger(quiet), config.WithMaxSize(150))
		if got := strings.ReplaceAll(problems(t, err), dir, "D"); got != want {
			t.Errorf("%s\n got  %s\n want %s", content, got, want)
		}
		if strings.Contains(fmt.Sprint(err), "hidden") {
			t.Errorf("%s: %v", content, err)
		}
	}
	put(t, path, "password: ~\npassword_file: ~\nopen: a\n") // nothing is set
	if got := open[referring](t, config.WithFile(path)).Current(); got.Password.Reveal() != "" {
		t.Errorf("%+v", got)
	}
}

func TestAcrossLayersTheHigherOfAValueAndAReferenceWins(t *testing.T) {
	t.Parallel()
	dir := files(t, "pw", "from the file", "a.yaml", "password_file: pw\nkeys: [a]\n", "b.yaml", "password: b\nkeys_file: pw\n")
	a, b := filepath.Join(dir, "a.yaml"), filepath.Join(dir, "b.yaml")
	s := open[referring](t, config.WithFile(a, b))
	if got := s.Current(); got.Password.Reveal() != "b" || got.Keys[0] != "from the file" {
		t.Errorf("%+v", got)
	}
	for _, set := range s.Settings() {
		if set.Key == "password" && fmt.Sprint(set.Overrides) != "["+a+":1:16 from "+filepath.Join(dir, "pw")+"]" {
			t.Errorf("%s", set)
		}
	}
	if got := open[referring](t, config.WithFile(b, a)).Current(); got.Password.Reveal() != "from the file" || got.Keys[0] != "a" {
		t.Errorf("%+v", got)
	}
}

func TestAFieldWithTheNameOfAReferenceIsTheFieldsOwn(t *testing.T) {
	t.Parallel()
	for want, load := range map[string]func() error{
		`main.T.A: its tag ref:"no" is not "file", the only one there is`: func() error {
			type T struct {
				A string `ref:"no"`
			}
			return config.Check[T](config.WithoutFile())
		},
		`its tag ref:"file" means nothing beside AFile, which has the key "a_file" itself`: func() error {
			type T struct {
				A     string `ref:"file"`
				AFile string
			}
			return config.Check[T](config.WithoutFile())
		},
		`only a single value, or a list of these, can have the tag ref:"file"`: func() error {
			type T struct {
				A map[string]string `ref:"file"`
			}
			return config.Check[T](config.WithoutFile())
		},
		"a ref tag means nothing on an inlined struct": func() error {
			type Inner struct{ A string }
			type T struct {
				Inner `mapstructure:",squash" ref:"file"`
			}
			return config.Check[T](config.WithoutFile())
		},
	} {
		if err := load(); err == nil || !strings.Contains(err.Error(), strings.TrimPrefix(want, "main.T.A: ")) {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

// The author of a document cannot read the environment or a file through it.
func TestADocumentCannotShowWhatIsInAFile(t *testing.T) {
	t.Setenv("REFERENCES_SECRET", marker+"-env")
	o := &outputs{t: t}
	var log journal
	dir := files(t, "dir/secret", marker+"\n", "open", "1")
	must(t, os.Symlink("dir/secret", filepath.Join(dir, "link")))
	path := filepath.Join(dir, "c.yaml")
	put(t, path, "password_file: link\nkeys_file: dir/../dir/secret\nlimit_file: open\n")
	s := open[referring](t, config.WithFile(path), logTo(&log))
	old := s.Current()
	if old.Password.Reveal() != marker || old.Keys[0] != marker {
		t.Fatalf("%+v", old)
	}
	done := make(chan struct{}, 1)
	s.OnChange(func(old, _ *referring) { done <- struct{}{}; panic("no more " + old.Keys[0]) })
	accepts(t, s, path, "password_file: open\n")
	within(t, done, "the hook")
	eventually(t, "the panic", func() bool { return strings.Contains(log.String(), "a hook panicked") })
	accepts(t, s, path, "password_file: link\nkeys_file: link\n")
	cp := *old
	for what, a := range map[string]*referring{"a diff": old, "a diff of a copy": &cp, "a diff from nothing": nil} {
		o.json(what, s.Diff(a, s.Current()))
		o.add(what, fmt.Sprint("changes: ", s.Diff(a, s.Current())))
	}
	o.json("settings", s.Settings())
	o.json("status", s.Status())
	o.json("history", s.History())
	for what, content := range map[string]string{
		"a method":       "password_file: link\nkeys_file: link\nfail: true\n",
		"a type":         "limit_file: link\n",
		"/proc":          "password_file: /proc/self/environ\n",
		"/proc by a way": "password_file: /proc/self/../self/task/../environ\n",
		"/dev/stdin":     "password_file: /dev/stdin\nlimit_file: link\n",
		"/dev/fd":        "password_file: /proc/self/fd/0\nlimit_file: link\n",
		"a neighbour":    "password_file: link\nlimit: x\n",
		"not secret":     "open_file: link\n",
		"a conflict":     "password_file: link\nopen: [a]\n",
		"a variable":     "password_file: ${REFERENCES_SECRET}\n",
	} {
		put(t, path, content)
		o.error(what, s.Reload(t.Context()))
	}
	put(t, path, "password_file: link\nkeys_file: link\n")
	for what, check := range map[string]func(*referring) error{
		"a check":         func(c *referring) error { return fmt.Errorf("refused %s %v", c.Password.Reveal(), c.Keys) },
		"a check's panic": func(c *referring) error { panic(c.Keys[0]) },
	} {
		o.error(what, config.Check[referring](config.WithFile(path), config.WithLogger(quiet),
			config.WithCheck(func(_ context.Context, _, c *referring) error { return check(c) })))
	}
	o.add("the log", log.String())
}

func TestAHookThatRefusesWhatIsInAFileDoesNotShowIt(t *testing.T) {
	t.Parallel()
	dir := files(t, "limit", "hidden", "c.yaml", "limit_file: limit\n")
	err := config.Check[referring](config.WithFile(filepath.Join(dir, "c.yaml")), config.WithLogger(quiet),
		config.WithDecodeHook(func(_, to reflect.Type, v any) (any, error) {
			if text, ok := v.(string); ok && to.Kind() == reflect.Int {
				return strings.ToUpper(text) + "x2", nil
			}
			return v, nil
		}))
	if err == nil || strings.Contains(strings.ToLower(err.Error()), "hidden") {
		t.Error(err)
	}
}

func TestTooManyFilesAreAProblemOfAll(t *testing.T) {
	t.Parallel()
	dir := files(t, "a", "a", "b", "b", "c.yaml", "items: [{password_file: a}, {password_file: b}, {password_file: c}]\n")
	_, err := config.Open[referring](config.WithFile(filepath.Join(dir, "c.yaml")), config.WithLogger(quiet), config.WithMaxFiles(2))
	wantProblems(t, err, "the documents refer to more than 2 files, which is the limit; WithMaxFiles raises the limit [too_large]")
	var doc strings.Builder
	doc.WriteString("items:\n")
	for i := range 20 {
		put(t, filepath.Join(dir, fmt.Sprint("f", i)), strings.Repeat("x", 450))
		fmt.Fprintf(&doc, "- password_file: f%d\n", i)
	}
	put(t, filepath.Join(dir, "c.yaml"), doc.String())
	_, err = config.Open[referring](config.WithFile(filepath.Join(dir, "c.yaml")), config.WithLogger(quiet), config.WithMaxSize(500))
	wantProblems(t, err, "the first 18 files to which documents refer have more than 8000 bytes together, which is the limit; WithMaxSize raises the limit, which is 16 times that of a file [too_large]")
}

func TestARotatedFileIsAChange(t *testing.T) {
	t.Parallel()
	v := configtest.NewVolume(t, map[string]string{"password": "one"})
	path := yamlFile(t, "password_file: "+v.Path("password")+"\n")
	s := open[referring](t, config.WithFile(path), config.WithPollInterval(0))
	first := s.Snapshot()
	v.Update(map[string]string{"password": "two"})
	eventually(t, "the new password", func() bool { return s.Current().Password.Reveal() == "two" })
	if second := s.Snapshot(); second.Version != 2 || second.Content == first.Content {
		t.Errorf("%+v, then %+v", first, second)
	}
}

func TestAReferredFileThatIsRepairedEndsARejection(t *testing.T) {
	t.Parallel()
	v := configtest.NewVolume(t, map[string]string{"c.yaml": "open: a\n"})
	secrets := configtest.NewVolume(t, map[string]string{"other": "x"})
	s := open[referring](t, config.WithFile(v.Path("c.yaml")), config.WithPollInterval(0), config.WithSettle(20*time.Millisecond))
	v.Update(map[string]string{"c.yaml": "open: b\npassword_file: " + secrets.Path("password") + "\n"})
	eventually(t, "the rejection", func() bool { return s.CheckHealth() != nil })
	secrets.Update(map[string]string{"password": "there"})
	eventually(t, "the password", func() bool { return s.Current().Password.Reveal() == "there" })
	if s.CheckHealth() != nil || s.Current().Open != "b" {
		t.Errorf("%v, %+v", s.CheckHealth(), s.Current())
	}
	secrets.Remove("password")
	eventually(t, "the next rejection", func() bool { return s.CheckHealth() != nil })
	v.Update(map[string]string{"c.yaml": "open: c\n"})
	eventually(t, "a document without it", func() bool { return s.Current().Open == "c" && s.CheckHealth() == nil })
}

func TestANewReferenceToAPlainFileIsTakenWithItsDocument(t *testing.T) {
	t.Parallel()
	v := configtest.NewVolume(t, map[string]string{"c.yaml": "open: a\n"})
	plain := filepath.Join(files(t, "password", "there"), "password")
	s := open[referring](t, config.WithFile(v.Path("c.yaml")), config.WithPollInterval(0), config.WithSettle(20*time.Millisecond))
	var rejected atomic.Int32
	s.OnReject(func(*config.Error) { rejected.Add(1) })
	v.Update(map[string]string{"c.yaml": "open: b\npassword_file: " + plain + "\n"})
	eventually(t, "the new document", func() bool { return s.Current().Open == "b" })
	if got := s.Current().Password.Reveal(); got != "there" || rejected.Load() > 0 {
		t.Errorf("the password is %q, %d rejections", got, rejected.Load())
	}
}

// The volumes of the document and of the secrets are swapped in every order. A document is only
// published with the files that it refers to.
func TestADocumentIsNeverPublishedWithTheFilesOfAnother(t *testing.T) {
	t.Parallel()
	docs := configtest.NewVolume(t, map[string]string{"c.yaml": ""})
	secrets := configtest.NewVolume(t, nil)
	document := func(n int) map[string]string {
		return map[string]string{"c.yaml": fmt.Sprintf("open: v%d\npassword_file: %s\nkeys_file: %s\n", n, secrets.Path(fmt.Sprintf("p%d", n%4)), secrets.Path(fmt.Sprintf("k%d", n%4)))}
	}
	generation := func(n int) map[string]string { // has the files of two documents
		all := map[string]string{}
		for _, i := range []int{n, n + 1} {
			all[fmt.Sprintf("p%d", i%4)], all[fmt.Sprintf("k%d", i%4)] = fmt.Sprintf("g%d", n), fmt.Sprintf("g%d", n)
		}
		return all
	}
	docs.Update(document(0))
	secrets.Update(generation(0))
	s := open[referring](t, config.WithFile(docs.Path("c.yaml")), config.WithPollInterval(time.Millisecond))
	check := func(c *referring) {
		var n, p, k int
		if _, err := fmt.Sscanf(c.Open+" "+c.Password.Reveal()+" "+strings.Join(c.Keys, ","), "v%d g%d g%d", &n, &p, &k); err != nil || p != k || p != n && p != n-1 {
			t.Errorf("published %s with %s and %v: %v", c.Open, c.Password.Reveal(), c.Keys, err)
		}
	}
	s.OnChange(func(_, new *referring) { check(new) })
	r := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // any order will do
	n, g := 0, 0
	for range 60 {
		if n == g || n == g+1 && r.IntN(2) == 0 {
			if n == g+1 {
				g++
				secrets.Update(generation(g))
			} else {
				n++
				docs.Update(document(n))
			}
		} else {
			g++
			secrets.Update(generation(g))
		}
		if r.IntN(3) == 0 {
			_ = s.Reload(t.Context()) // it may be rejected in between
			check(s.Current())
		}
	}
	eventually(t, "the last of both", func() bool {
		c := s.Current()
		return c.Open == fmt.Sprintf("v%d", n) && c.Password.Reveal() == fmt.Sprintf("g%d", g)
	})
	check(s.Current())
}

func TestWhatIsServedFromStorageRefersToThePresentFiles(t *testing.T) {
	t.Parallel()
	l := newLives(t, "")
	secret := filepath.Join(filepath.Dir(l.path), "secret")
	put(t, secret, "then")
	l.live(t, "port: 80\ntoken_file: secret\n")
	put(t, secret, "now")
	if s := l.fallsBack(t, "port: x\n", 80); s.Current().Token.Reveal() != "now" {
		t.Errorf("%+v", s.Current().Token.Reveal())
	} else if o, _ := s.Origin("token"); o.From != secret {
		t.Errorf("it comes from %+v", o)
	}
	must(t, os.Remove(secret))
	if err := l.fails(t); !strings.Contains(err.Error(), "port") || !strings.Contains(l.log.String(), "no such file") {
		t.Errorf("%v\n%s", err, l.log)
	}
}

func TestTheViperHasWhatIsInAFile(t *testing.T) {
	t.Parallel()
	dir := files(t, "pw", "hunter22", "c.yaml", "password_file: pw\nkeys_file: pw\n")
	var v *viper.Viper = open[referring](t, config.WithFile(filepath.Join(dir, "c.yaml"))).Viper()
	if v.GetString("password") != "hunter22" || !reflect.DeepEqual(v.GetStringSlice("keys"), []string{"hunter22"}) {
		t.Errorf("%v", v.AllSettings())
	}
}

func TestTheSchemaAndTheSampleKnowTheKeysThatReferToFiles(t *testing.T) {
	t.Parallel()
	type T struct {
		Password config.Secret `validate:"required"`
		Limit    int           `ref:"file"`
		Open     string
	}
	schema, err := config.JSONSchema[T]()
	must(t, err)
	sample, err := config.Sample[T]("yaml")
	must(t, err)
	for _, want := range []string{`"password_file": {`, `"limit_file": {`, `"anyOf": [`} {
		if !strings.Contains(string(schema), want) {
			t.Errorf("%s is not in\n%s", want, schema)
		}
	}
	if text := string(schema) + string(sample); strings.Contains(text, "open_file") || !strings.Contains(string(sample), "Or password_file: the path of a file with it.") {
		t.Errorf("%s", text)
	}
}
