package config_test

import (
	"encoding/json"
	"errors"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"example.com/lastgood/config"
)

// renamedReferring has old keys for fields that documents can set by references.
type renamedReferring struct {
	DB struct {
		Password config.Secret `alias:"pass .db_password"`
		Host     string        `alias:".dbhost" validate:"omitempty,max=5"`
	} `alias:"database"`
	Limit int `alias:"lim" ref:"file"`
}

// xorCodec reads properties with every byte changed, as in an encrypted file.
type xorCodec struct{}

func xor(text string) string {
	out := []byte(text)
	for i := range out {
		out[i] ^= 0x80
	}
	return string(out)
}

func (xorCodec) Decode(data []byte, to map[string]any) error {
	return propsCodec{}.Decode([]byte(xor(string(data))), to)
}

func TestADocumentThatItsCodecDecryptsCanRefer(t *testing.T) {
	t.Parallel()
	dir := files(t, "pw", "hunter22\n", "c.enc", xor("db_password_file=pw\ndbhost=${A}\n"))
	var log journal
	s := open[renamedReferring](t, config.WithFile(filepath.Join(dir, "c.enc")), config.WithCodec("enc", xorCodec{}), logTo(&log))
	if got := s.Current().DB.Password.Reveal(); got != "hunter22" {
		t.Errorf("got %q", got)
	}
	if !strings.Contains(log.String(), "${A} is not expanded") {
		t.Errorf("no warning of ${A}:\n%s", log.String())
	}
}

func TestAProblemWithAReferenceAtAnOldKeyHasThePresentKey(t *testing.T) {
	dir := files(t, "text", "a")
	path := filepath.Join(dir, "c.yaml")
	for content, want := range map[string]string{
		"db_password_file: none":    "c.yaml:1:19 from D/none: db.password: no such file; it is written as db_password [missing_file]",
		"database: {pass_file: ''}": "c.yaml:1:23: db.password: the path of the file is empty; it is written as database.pass [type]",
		"dbhost: '${R_UNSET}'":      "c.yaml:1:9 from env R_UNSET: db.host: the variable R_UNSET is not set; set it, or write ${R_UNSET:-default}; it is written as dbhost [env]",
		"lim: 1\nlim_file: text":    `c.yaml:2:1: limit: "lim_file" sets the same as "lim" on line 1; keep one; it is written as lim [duplicate_key]`,
	} {
		put(t, path, content+"\n")
		_, err := config.Open[renamedReferring](config.WithFile(path), config.WithLogger(quiet), config.WithExpandEnv("R_UNSET"))
		if got := strings.ReplaceAll(problems(t, err), dir, "D"); !strings.HasPrefix(got, want) {
			t.Errorf("%s\n got  %s\n want %s", content, got, want)
		}
	}
}

func TestAFileVariableWithAnOldNameIsReportedWithThePresentName(t *testing.T) {
	dir := files(t, "pw", "hunter22\n")
	t.Setenv("R19_DB_PASS_FILE", filepath.Join(dir, "pw"))
	var log journal
	open[renamedReferring](t, config.WithoutFile(), config.WithEnv("R19"), logTo(&log))
	if !strings.Contains(log.String(), "use R19_DB_PASSWORD_FILE") {
		t.Error(log.String())
	}
}

func TestTheSchemaMarksKeysThatReferToFilesForOldOnes(t *testing.T) {
	t.Parallel()
	schema, err := config.JSONSchema[renamedReferring]()
	must(t, err)
	var all struct {
		Properties map[string]struct{ Deprecated bool }
	}
	must(t, json.Unmarshal(schema, &all))
	for key, want := range map[string]bool{"limit_file": false, "lim_file": true, "db_password_file": true} {
		if got := all.Properties[key].Deprecated; got != want {
			t.Errorf("%s: deprecated is %v, want %v", key, got, want)
		}
	}
}

// moodyCodec cannot read anything the first times.
type moodyCodec struct{ left *atomic.Int32 }

func (c moodyCodec) Decode(data []byte, to map[string]any) error {
	if c.left.Add(-1) >= 0 {
		return errors.New("no key for now")
	}
	return xorCodec{}.Decode(data, to)
}

func TestACodecThatReadsADocumentAgainFindsWhatItRefersTo(t *testing.T) {
	t.Parallel()
	dir := files(t, "pw", "hunter22\n", "c.enc", xor("limit=1\n"))
	path := filepath.Join(dir, "c.enc")
	codec := moodyCodec{new(atomic.Int32)}
	s := open[renamedReferring](t, config.WithFile(path), config.WithCodec("enc", codec), config.WithoutWatch())
	codec.left.Store(2) // of one pass: to find its references, and to read it
	put(t, path, xor("db_password_file=pw\n"))
	if err := s.Reload(t.Context()); err == nil || !strings.Contains(err.Error(), "cannot read it") {
		t.Fatalf("got %v", err)
	}
	must(t, s.Reload(t.Context()))
	if got := s.Current().DB.Password.Reveal(); got != "hunter22" {
		t.Errorf("got %q", got)
	}
}
