package load_test

import (
	"testing"
	"time"

	"github.com/go-playground/validator/v10"

	"example.com/lastgood/internal/load"
	"example.com/lastgood/internal/problem"
	"example.com/lastgood/internal/source"
)

// The validator's "required" rejects an explicit false or 0.
func TestRequiredOnABoolOrNumberAsksForItsPresence(t *testing.T) {
	type config struct {
		Debug   bool          `validate:"required"`
		Port    int           `validate:"required,min=5"`
		Ratio   float64       `validate:"required,lt=1"`
		Small   uint8         `validate:"required,ne=0"`
		Wait    time.Duration `validate:"required"`
		Def     bool          `default:"false" validate:"required"`
		Max     int           `validate:"required,gtefield=Port,lt=100"`
		Comma   int           `validate:"required,oneof=1 2,min=1"`
		Section struct {
			On bool `validate:"required"`
		}
		List   []int          `validate:"required,dive,required,min=5"`
		Map    map[string]int `validate:"dive,keys,required,endkeys,required,min=3"`
		Points []struct {
			X int `validate:"required,max=1"`
		}
		When int `validate:"required_if=Debug false,required_with=Port,min=7"`
	}
	bad[config](t, yaml(`
debug: false
port: 0
ratio: 0
small: 0
wait: 0s
max: 0
comma: 0
section: {on: false}
list: [0]
map: {a: 0}
points: [{x: 0}]
when: 0
`),
		`c.yaml:3:7 port: must be 5 or greater, got 0 [min]`,
		`c.yaml:5:8 small: must not be 0, got 0 [ne]`,
		`c.yaml:8:8 comma: must be one of 1, 2, got 0 [oneof]`,
		`c.yaml:10:8 list[0]: must be 5 or greater, got 0 [min]`,
		`c.yaml:11:10 map.a: must be 3 or greater, got 0 [min]`,
		`c.yaml:13:7 when: must be 7 or greater, got 0 [min]`)
	bad[config](t, yaml("section: {}\npoints:\n- {}\n- x: 2\n"),
		`c.yaml comma: required, not set; set it at the top level [required]`,
		`c.yaml debug: required, not set; set it at the top level [required]`,
		`c.yaml list: required, not set; set it at the top level [required]`,
		`c.yaml max: required, not set; set it at the top level [required]`,
		`c.yaml port: required, not set; set it at the top level [required]`,
		`c.yaml ratio: required, not set; set it at the top level [required]`,
		`c.yaml small: required, not set; set it at the top level [required]`,
		`c.yaml wait: required, not set; set it at the top level [required]`,
		`c.yaml when: required when debug is false, but it is not set; set it at the top level; debug is not set [required_if]`,
		`c.yaml:1:1 section.on: required, not set; set it under "section" (line 1) [required]`,
		`c.yaml:3:3 points[0].x: required, not set; set it in the item at line 3 [required]`,
		`c.yaml:4:6 points[1].x: must be 1 or less, got 2 [max]`)
}

func TestRequiredOnStringsListsAndMapsKeepsItsMeaning(t *testing.T) {
	type config struct {
		Name  string            `validate:"required"`
		Tags  []string          `validate:"required,min=1"`
		Keyed map[string]string `validate:"required"`
		Ptr   *bool             `validate:"required"`
	}
	bad[config](t, yaml("name: ''\ntags: []\nkeyed: {}\nptr: false"),
		`c.yaml:1:7 name: must not be empty, got "" [required]`,
		`c.yaml:2:7 tags: must have at least 1 item, got 0 [min]`)
	bad[config](t, yaml("ptr: null\nname: ~"),
		`c.yaml keyed: required, not set; set it at the top level [required]`,
		`c.yaml tags: required, not set; set it at the top level [required]`,
		`c.yaml:1:1 ptr: required, but null; give it a value [required]`,
		`c.yaml:2:1 name: required, but null; give it a value [required]`)
}

// Without WithRequiredStructEnabled the validator ignores it on a struct.
func TestRequiredOnASection(t *testing.T) {
	type section struct {
		Burst int `validate:"required"`
		Wait  int `validate:"min=0"`
	}
	type config struct {
		Limits section            `validate:"required"`
		Opt    *section           `validate:"required"`
		Listed []section          `validate:"dive,required"`
		Keyed  map[string]section `validate:"dive,required"`
	}
	bad[config](t, yaml("{}"),
		`c.yaml limits: required, not set; set it at the top level [required]`,
		`c.yaml opt: required, not set; set it at the top level [required]`)
	good[config](t, yaml("limits: {burst: 0}\nopt: {burst: 0}\nlisted: [{burst: 0}]\nkeyed: {a: {burst: 0}}"))
	bad[config](t, yaml("limits: {}\nopt: {}\nlisted:\n- {}\nkeyed: {a: {wait: 0}}\n"),
		`c.yaml:1:1 limits.burst: required, not set; set it under "limits" (line 1) [required]`,
		`c.yaml:2:1 opt.burst: required, not set; set it under "opt" (line 2) [required]`,
		`c.yaml:4:3 listed[0].burst: required, not set; set it in the item at line 4 [required]`,
		`c.yaml:5:9 keyed.a.burst: required, not set; set it under "a" (line 5) [required]`)
}

func TestTheHintNamesTheSectionOfAMissingValue(t *testing.T) {
	type config struct {
		Server struct {
			TLS struct {
				Cert string `validate:"required"`
			}
			Name string `validate:"required"`
		}
		Upstreams []struct {
			Weight int
			Name   string `validate:"required"`
			Auth   struct {
				User string `validate:"required"`
			}
		}
		Addr string `validate:"hostname_port"`
		N    *int   `validate:"min=1"`
	}
	bad[config](t, yaml("upstreams: []\nserver:\n  name: x\n"),
		`c.yaml addr: must be host:port, such as :8080, but it is not set; set it at the top level [hostname_port]`,
		`c.yaml n: must be 1 or greater, but it is not set; set it at the top level [min]`,
		`c.yaml:2:1 server.tls.cert: required, not set; add a section "tls" under "server" (line 2) [required]`)
	problems := bad[config](t, yaml("addr: :80\nn: 1\nupstreams:\n- weight: 0\n  auth: {user: x}\n- name: x\n"),
		`c.yaml server.name: required, not set; add a section "server" [required]`,
		`c.yaml server.tls.cert: required, not set; add a section "server.tls" [required]`,
		`c.yaml:4:3 upstreams[0].name: required, not set; set it in the item at line 4 [required]`,
		`c.yaml:6:3 upstreams[1].auth.user: required, not set; add a section "auth" in the item at line 6 [required]`)
	if problems[0].Excerpt != nil {
		t.Errorf("an excerpt of a line that has nothing to do with it:\n%s", problems[0].Excerpt)
	}
	if problems[2].Excerpt == nil || problems[2].Excerpt.Text != "- weight: 0" {
		t.Errorf("excerpt %+v", problems[2].Excerpt)
	}
}

func TestAKeyThatWasLeftEmptyIsReportedAtItsLine(t *testing.T) {
	type inner struct {
		URL  string `validate:"required"`
		Pool int    `validate:"min=1"`
	}
	type config struct {
		Name  string `validate:"required"`
		Addr  string `validate:"hostname_port"`
		DB    inner
		Items []inner          `validate:"dive"`
		Map   map[string]inner `validate:"dive"`
	}
	problems := bad[config](t, yaml("name:\naddr:   # later\ndb:\n  # url: x\n  # pool: 1\n"),
		`c.yaml:1:1 name: required, but empty; give it a value [required]`,
		`c.yaml:2:1 addr: must be host:port, such as :8080, but it is empty; give it a value [hostname_port]`,
		`c.yaml:3:1 db.pool: must be 1 or greater, but it is not set; the section "db" is empty; set it there [min]`,
		`c.yaml:3:1 db.url: required, not set; the section "db" is empty; set it there [required]`)
	if x := problems[0].Excerpt; x == nil || x.Text != "name:" {
		t.Errorf("excerpt %v", x)
	}
	bad[config](t, yaml("name: x\naddr: :80\ndb: {url: x, pool: 1}\nitems:\n- url:\n  pool: 1\nmap:\n  a:\n    url:\n    pool: 1\n"),
		`c.yaml:5:3 items[0].url: required, but empty; give it a value [required]`,
		`c.yaml:9:5 map.a.url: required, but empty; give it a value [required]`)
	bad[config](t, file("c.json", "{\"name\": null, \"addr\": \":80\",\n\"db\": {\"url\": null, \"pool\": 1}}"),
		`c.json:1:2 name: required, but null; give it a value [required]`,
		`c.json:2:8 db.url: required, but null; give it a value [required]`)
}

// A null does not unset what a file below has, so that only one with nothing below it is
// the place of a missing value.
func TestAnEmptyKeyIsReportedInTheHighestFileThatHasIt(t *testing.T) {
	type config struct {
		Name  string `validate:"required"`
		Items []struct {
			URL string `validate:"required"`
		} `validate:"dive"`
	}
	_, problems := pass[config](t, file("a.yaml", "name:\nitems: [{url: x}]\n"), file("b.yaml", "\n\nname:\n"), file("c.yaml", "items: [{url: x}]\n"))
	same(t, problems, `b.yaml:3:1 name: required, but empty; give it a value [required]`)
	// The list of a file below is replaced as a whole.
	_, problems = pass[config](t, file("a.yaml", "name: x\nitems:\n- url:\n"), file("b.yaml", "items:\n- {}\n"))
	same(t, problems, `b.yaml:2:3 items[0].url: required, not set; set it in the item at line 2 [required]`)
}

func TestAnEmptySecretIsReportedAtItsLine(t *testing.T) {
	type config struct {
		Token string `validate:"required" secret:"true"`
		Keys  struct {
			Private string `validate:"required"`
		} `secret:"true"`
	}
	problems := bad[config](t, yaml("token:\nkeys:\n"),
		`c.yaml:1:1 token: required, but empty; give it a value [required]`,
		`c.yaml:2:1 keys.private: required, not set; the section "keys" is empty; set it there [required]`)
	if x := problems[0].Excerpt; x == nil || x.Text != "token: …" {
		t.Errorf("excerpt %v", x)
	}
}

func TestAMissingValueOfSeveralFilesBelongsToNone(t *testing.T) {
	type config struct {
		Name   string `validate:"required"`
		Server struct {
			Addr string `validate:"required"`
			Port int
		}
	}
	_, problems := pass[config](t, file("a.yaml", "server: {port: 1}"), file("b.yaml", "server: {port: 2}"))
	same(t, problems, `name: required, not set; set it at the top level [required]`,
		`b.yaml:1:1 server.addr: required, not set; set it under "server" (line 1) [required]`)
	place := load.Place{Place: source.Place{Path: "/etc/app/c.yaml", Optional: true}, Kind: problem.File}
	_, problems = passWith[config](t, load.Options{Places: []load.Place{place}}, source.Document{Path: place.Path, Absent: true})
	same(t, problems, `name: required, not set; set it at the top level [required]`,
		`server.addr: required, not set; add a section "server" [required]`)
}

func TestRequiredBehindAnAlias(t *testing.T) {
	v := validator.New()
	v.RegisterAlias("must", "required,min=5")
	type config struct {
		A int    `validate:"must"`
		B string `validate:"must"`
	}
	_, problems := passWith[config](t, load.Options{Validator: v}, yaml("a: 0\n"))
	// The rule behind an alias is unknown, so 0 must be rejected.
	same(t, problems,
		`c.yaml b: required, not set; set it at the top level [must]`,
		`c.yaml:1:4 a: must not be empty, got 0 [must]`)
}

func TestRequiredUnderAnotherName(t *testing.T) {
	v := validator.New()
	if err := v.RegisterValidation("notrequired", func(validator.FieldLevel) bool { return true }); err != nil {
		t.Fatal(err)
	}
	type config struct {
		A int `validate:"notrequired,required,min=0"`
		B int `validate:"required|min=5"`
	}
	_, problems := passWith[config](t, load.Options{Validator: v}, yaml("a: 0\nb: 0"))
	same(t, problems, `c.yaml:2:4 b: must not be empty or 5 or greater, got 0 [required|min=5]`)
}
