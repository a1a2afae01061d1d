package configcli_test

import (
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"example.com/lastgood/config"
	"example.com/lastgood/config/configcli"
)

// blanks is an input without an end.
type blanks struct{}

func (blanks) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	return len(p), nil
}

func TestAStandardInputThatCannotBeReadIsAnError(t *testing.T) {
	for want, in := range map[string]io.Reader{
		"stdin: the terminal is gone":     iotest.ErrReader(errors.New("the terminal is gone")),
		"stdin: more than 67108864 bytes": blanks{},
	} {
		root := newRoot()
		root.SetArgs([]string{"config", "check", "-"})
		root.SetIn(in)
		root.SetOut(io.Discard)
		root.SetErr(io.Discard)
		if err := root.ExecuteContext(t.Context()); err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

func TestWrongOptionsOfTheServiceAreAnErrorOfEveryCommand(t *testing.T) {
	for _, name := range []string{"check", "show", "schema", "sample", "env"} {
		cmd := configcli.Command[app](config.WithEnv("APP"), config.WithMaxSize(0))
		cmd.SetArgs([]string{name})
		cmd.SetOut(io.Discard)
		cmd.SetErr(io.Discard)
		if err := cmd.ExecuteContext(t.Context()); err == nil || !strings.Contains(err.Error(), "WithMaxSize(0)") {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestAWordThatIsLongerThanALineIsNotBroken(t *testing.T) {
	type documented struct {
		Addr string `desc:"see https://example.com/a/very/long/path/that/is/longer/than/a/line/of/the/table/of/variables/can/ever/be/and/longer"`
	}
	var out strings.Builder
	cmd := configcli.Command[documented](config.WithEnv("APP"))
	cmd.SetArgs([]string{"env"})
	cmd.SetOut(&out)
	if err := cmd.Execute(); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(out.String(), " https://example.com/a/very/long/path/that/is/longer/than/a/line/of/the/table/of/variables/can/ever/be/and/longer") {
		t.Errorf("got\n%s", &out)
	}
}
