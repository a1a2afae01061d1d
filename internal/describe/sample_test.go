package describe_test

import (
	"errors"
	"log/slog"
	"net/netip"
	"net/url"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-playground/validator/v10"

	"example.com/lastgood/internal/describe"
	"example.com/lastgood/internal/document"
	"example.com/lastgood/internal/layers"
	"example.com/lastgood/internal/load"
)

type secret string

func (s secret) Reveal() string { return string(s) }

type ruled struct {
	Addr    string         `validate:"hostname_port"`
	URL     *url.URL       `validate:"required"`
	Web     string         `validate:"https_url"`
	Mail    string         `validate:"email"`
	ID      string         `validate:"uuid4"`
	Code    string         `validate:"len=7,alphanum,startswith=ab"`
	Word    string         `validate:"oneof='dark blue' red"`
	Number  string         `validate:"min=30,max=40"`
	Zone    string         `validate:"timezone"`
	Day     string         `validate:"datetime=2006-01-02"`
	Net     netip.Prefix   `validate:"required"`
	Least   int            `validate:"min=10"`
	Part    float32        `validate:"gt=0,lt=1"`
	Big     uint64         `validate:"gte=4294967296"`
	Port    uint16         `validate:"port"`
	Low     int8           `validate:"gt=100"`
	Odd     int            `validate:"oneof=3 5"`
	Share   float64        `validate:"gt=0.1,lt=0.3"`
	Wait    time.Duration  `validate:"gt=5m,lt=6m"`
	Until   time.Time      `validate:"required"`
	Token   secret         `validate:"required,len=40"`
	Hex     secret         `validate:"hexadecimal,len=64"`
	Tags    []string       `validate:"min=3,dive,min=2"`
	Limits  map[string]int `validate:"min=1,dive,keys,alpha,endkeys,gte=5"`
	Path    string         `validate:"startswith=/srv/,endswith=.d,max=9"`
	Either  string         `validate:"ip|hostname"`
	On      *bool          `validate:"required"`
	Pattern regexp.Regexp
	Matrix  [][]int `validate:"required,dive,len=2,dive,min=1"`
	Bytes   []byte  `validate:"required"`
	Any     any     `validate:"required"`
	Mode    string  `validate:"omitempty,oneof=fast slow"`
	Hash    [32]byte
}

type nested struct {
	Name string `validate:"required" desc:"what it is called"`
	Log  struct {
		Level slog.Level `default:"INFO"`
	}
	TLS *struct {
		Cert string `validate:"required,filepath" desc:"the certificate"`
		Ver  string `default:"1.3" validate:"oneof=1.2 1.3"`
	} `desc:"encryption"`
	Servers []struct {
		Weight int    `default:"1"`
		URL    string `validate:"url"`
		Auth   struct {
			User string `validate:"required"`
			Pass secret
		}
		Retry *struct {
			Count int `validate:"min=1"`
		}
	} `validate:"required"`
	DBs map[string]struct {
		DSN  secret `validate:"required"`
		Pool int    `default:"5"`
	}
	Extra   map[string]any
	Peers   []netip.Addr `default:"192.0.2.1, 192.0.2.2"`
	Strange string       `mapstructure:"a.b #c" default:"x: #y"`
}

var formats = map[string]document.Format{"c.yaml": document.YAML, "c.toml": document.TOML}

// everyLine removes the # of what is commented out, and leaves comments.
func everyLine(sample string) string {
	off := regexp.MustCompile(`(?m)^( *)#($|[^ \n]|  )`)
	for off.MatchString(sample) {
		sample = off.ReplaceAllString(sample, "$1$2")
	}
	return sample
}

func TestASampleIsAcceptedAsItIsAndWithEveryLineInForce(t *testing.T) {
	for _, typ := range []reflect.Type{
		reflect.TypeFor[ruled](),
		reflect.TypeFor[nested](),
		reflect.TypeFor[node](),
		reflect.TypeFor[struct{ Root *node }](),
		reflect.TypeFor[tree](),
		reflect.TypeFor[struct{ A, B int }](),
		reflect.TypeFor[struct {
			Listed []struct{ A, B int } `validate:"required"`
			Keyed  map[string]struct{ A, B int }
		}](),
		reflect.TypeFor[struct {
			Odd  string            `default:"line\nbreak, \"quotes\", \x7f and 'more' #"`
			Like string            `default:"1.10"`
			Map  map[string]string `default:"{\"a.b c\": \"#\", \"true\": \"no\"}"`
			Any  any               `default:"x" validate:"required"`
			Inf  float64           `default:".inf"`
		}](),
		reflect.TypeFor[struct {
			A struct {
				B string `default:"x"`
			}
		}](),
		reflect.TypeFor[struct {
			Rest map[string]int `mapstructure:",remain"`
			A    bool           `default:"true"`
		}](),
	} {
		s := newSubject(t, typ, load.Options{})
		schema := compile(t, s.JSONSchema())
		for name, format := range formats {
			sample := string(s.Sample(format))
			for what, text := range map[string]string{"as it is": sample, "every line": everyLine(sample)} {
				for _, p := range loaded(t, s, name, text) {
					t.Errorf("%s: %s, %s: %s: %s in\n%s", typ, name, what, p.Key, p.Text(), text)
				}
				if format == document.YAML {
					if err := verdict(t, schema, yamlAsJSON(t, text)); err != nil {
						t.Errorf("%s: %s: %v in\n%s", typ, what, err, text)
					}
				}
			}
		}
	}
}

func TestASampleSaysAllThereIsToSay(t *testing.T) {
	s := newSubject(t, reflect.TypeFor[struct {
		Wait  time.Duration `default:"5s" validate:"gt=0" desc:"how long to wait for an answer before it is given up"`
		Token secret        `default:"s3cr3t-default" validate:"required" desc:"the key."`
		Must  string        `validate:"required,max=3" reload:"restart"`
		Quiet *bool
		Tags  []string `validate:"max=3,dive,alpha"`
	}](), load.Options{Env: &load.Env{EnvOptions: layers.EnvOptions{Prefix: "APP"}}})
	const want = `# Every setting of Config. What is commented out has its default, or shows how
# it is written.

# How long to wait for an answer before it is given up.
# A duration such as 300ms, 5s or 1h30m; must be greater than 0.
# Default: 5s. Variable: APP_WAIT.
#wait: 5s

# The key.
# A string.
# Its default is not shown. Secret. Or token_file: the path of a file with it.
# Variable: APP_TOKEN.
#token: replace-this-secret

# A string; must be at most 3 characters long.
# Required. A change takes effect after a restart. Variable: APP_MUST.
must: exa

# True or false.
# Not set by default. Variable: APP_QUIET.
#quiet: false

# A list, each item a string; must have at most 3 items; each must be letters
# only.
# Not set by default. Variable: APP_TAGS.
#tags: [example]
`
	if got := string(s.Sample(document.YAML)); got != want {
		t.Errorf("got\n%s", got)
	}
}

// tree is a list of sections that hold the like.
type tree struct {
	Children []struct {
		Name string `validate:"required,max=3"`
		More [][]node
		Self tree0
	}
	Self tree0
}

type tree0 []tree0

// weights must add up, which no rule says.
type weights []struct {
	Weight int `default:"1" validate:"max=100"`
}

func (w weights) Validate() error {
	if len(w) == 1 && w[0].Weight != 100 {
		return errors.New("they must add up to 100")
	}
	return nil
}

func TestADescriptionCannotEndItsComment(t *testing.T) {
	s := subject[struct {
		A int `default:"1" validate:"gt=0" desc:"one\n\u2028b: 2\r\x1b[31m\x00"`
	}](t)
	for name, format := range formats {
		sample := string(s.Sample(format))
		if problems := loaded(t, s, name, sample); len(problems) > 0 || !strings.Contains(sample, "# One b: 2") {
			t.Errorf("%v in\n%q", problems, sample)
		}
	}
}

// What no plain example satisfies has a comment with the words for it, and is what the
// loader finds. What a Validate method wants is not known.
func TestASampleMarksWhatNeedsAnEdit(t *testing.T) {
	type item struct {
		URL string `validate:"url"`
	}
	v := validator.New()
	if err := v.RegisterValidation("ours", func(f validator.FieldLevel) bool { return f.Field().String() == "ours" }); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		typ      reflect.Type
		marks    []string
		problems []string // of the sample as it is
	}{
		{reflect.TypeFor[struct {
			V string `validate:"uds_exists"`
		}](), []string{"must be an existing Unix socket"}, []string{"v"}},
		{reflect.TypeFor[struct {
			V string `validate:"isbn"`
		}](), []string{"must satisfy the rule isbn"}, []string{"v"}},
		{reflect.TypeFor[struct {
			V string `validate:"required,ours"`
		}](), []string{"must satisfy the rule ours"}, []string{"v"}},
		{reflect.TypeFor[struct {
			V string `validate:"min=3,alpha,numeric"`
		}](), []string{"must be a number"}, []string{"v"}},
		{reflect.TypeFor[struct {
			V size `validate:"required,min=1048576"`
		}](), []string{"must be a describe_test.size; must be 1048576 or greater"}, []string{"v"}},
		{reflect.TypeFor[struct {
			V *level `validate:"required"`
		}](), []string{"must be a describe_test.level"}, []string{"v"}},
		{reflect.TypeFor[struct {
			V []string `validate:"min=2,unique"`
		}](), []string{"must not have the same item twice"}, []string{"v"}},
		{reflect.TypeFor[struct {
			V []string `validate:"required,dive,ours"`
		}](), []string{"each must satisfy the rule ours"}, []string{"v[0]"}},
		{reflect.TypeFor[struct {
			V map[string]int `validate:"min=2"`
		}](), []string{"must have at least 2 items"}, []string{"v"}},
		{reflect.TypeFor[struct {
			V []item `validate:"min=2"`
		}](), []string{"must have at least 2 items"}, []string{"v"}},
		{reflect.TypeFor[struct {
			V int `default:"0" validate:"min=1"`
		}](), []string{"must be 1 or greater"}, []string{"v"}},
		{reflect.TypeFor[struct {
			Least int `validate:"min=10"`
			Most  int `validate:"gtfield=Least"`
		}](), []string{"must be greater than least"}, []string{"most"}},
		{reflect.TypeFor[struct {
			Mode string
			V    string `validate:"required_without=Mode"`
		}](), []string{"required when mode is not set"}, nil}, // the mode is set, so that the file is not empty
		{reflect.TypeFor[struct {
			Token secret `validate:"required,eq=hunter2"`
		}](), []string{"must satisfy the rule eq"}, []string{"token"}},
		{reflect.TypeFor[struct {
			V weights `validate:"required"`
		}](), nil, []string{"v"}},
	} {
		s := newSubject(t, test.typ, load.Options{Validator: v})
		for name, format := range formats {
			sample := string(s.Sample(format))
			var marks, keys []string
			for _, found := range regexp.MustCompile(`(?m)^ *# CHANGE ME: (.*)\.$`).FindAllStringSubmatch(sample, -1) {
				marks = append(marks, found[1])
			}
			for _, p := range loaded(t, s, name, sample) {
				keys = append(keys, p.Key)
			}
			if !slices.Equal(marks, test.marks) || !slices.Equal(keys, test.problems) {
				t.Errorf("%s: marked %q, problems with %q in\n%s", name, marks, keys, sample)
			}
		}
	}
}

// observed counts the calls of its methods.
type observed string

var calls atomic.Int32

func (observed) Validate() error              { calls.Add(1); return nil }
func (*observed) UnmarshalText([]byte) error  { calls.Add(1); return nil }
func (observed) MarshalText() ([]byte, error) { calls.Add(1); return nil, nil }
func (observed) String() string               { calls.Add(1); return "" }
func (observed) ValidatorValue() any          { calls.Add(1); return "" }
func (observedSection) Validate() error       { calls.Add(1); return nil }
func (observedNumber) ValidatorValue() any    { calls.Add(1); return 1 }
func (observedNumber) String() string         { calls.Add(1); return "" }
func (observedNumber) Validate() error        { calls.Add(1); return nil }

type observedNumber int

type observedSection struct {
	Own    observed                  `validate:"required,min=3"`
	Plain  observedNumber            `validate:"required,gt=3"`
	Called observedNumber            `validate:"validateFn"`
	Named  *observedInner            `validate:"required,validateFn=Check"`
	Rule   string                    `validate:"ours"`
	List   []observed                `validate:"required,dive,min=3"`
	Map    map[string]observedNumber `validate:"required,dive,ours"`
}

type observedInner struct{ B int }

func (observedInner) Check() error    { calls.Add(1); return nil }
func (observedInner) Validate() error { calls.Add(1); return nil }

func TestNoCodeOfACallersIsCalled(t *testing.T) {
	v := validator.New(validator.WithRequiredStructEnabled())
	if err := v.RegisterValidation("ours", func(validator.FieldLevel) bool { calls.Add(1); return true }); err != nil {
		t.Fatal(err)
	}
	calls.Store(0)
	s := newSubject(t, reflect.TypeFor[struct {
		S observedSection
		L []observedSection `validate:"required"`
	}](), load.Options{Validator: v, Env: &load.Env{}})
	if n := calls.Load(); n != 0 {
		t.Errorf("%d calls when the type was checked", n)
	}
	s.Sample(document.YAML)
	s.Sample(document.TOML)
	s.JSONSchema()
	s.Variables()
	if n := calls.Load(); n != 0 {
		t.Errorf("%d calls", n)
	}
}

func TestVariables(t *testing.T) {
	s := newSubject(t, reflect.TypeFor[struct {
		TLS *struct {
			Cert string `validate:"required"`
		}
		Vault struct {
			Token string `default:"s3cr3t" validate:"required" desc:"the key"`
		} `secret:"true" reload:"restart"`
		Listed []struct{ A int } `validate:"required,dive"`
		Loop   *node
	}](), load.Options{Env: &load.Env{EnvOptions: layers.EnvOptions{Prefix: "APP"}}})
	want := []describe.Variable{
		{Name: "APP_TLS_CERT", Key: "tls.cert", Type: "a string"}, // required if the section is there
		{Name: "APP_VAULT_TOKEN", Key: "vault.token", Description: "the key", Type: "a string", Secret: true, Restart: true},
		{Name: "APP_LISTED", Key: "listed", Type: "a list of sections", Required: true},
		{Name: "APP_LOOP_NAME", Key: "loop.name", Type: "a string"},
		{Name: "APP_LOOP_NODES", Key: "loop.nodes", Type: "a list of sections"},
		{Name: "APP_LOOP_KEYED", Key: "loop.keyed", Type: "a map of sections"},
	}
	if got := s.Variables(); !reflect.DeepEqual(got, want) {
		t.Errorf("got\n%+v\nwant\n%+v", got, want)
	}
	names := s.Loader.Startup.Variables.All()
	for _, v := range want {
		i := slices.Index(names, strings.TrimPrefix(v.Name, "APP_"))
		if i < 0 {
			t.Errorf("%s is not read", v.Name)
			continue
		}
		names = slices.Delete(names, i, i+1)
	}
	if len(names) > 0 {
		t.Errorf("not listed: %v", names)
	}
}
