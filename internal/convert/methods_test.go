package convert_test

import (
	"errors"
	"net/netip"
	"reflect"
	"testing"
	"time"

	"example.com/lastgood/internal/convert"
)

type (
	accessor struct{ N int }
	shown    int
	reading  struct{}
	judging  struct{ N int }
	endless  struct{ Next *endless }
)

func (a *accessor) Number() int                        { return a.N }
func (shown) String() string                           { return "" }
func (r *reading) UnmarshalYAML(func(any) error) error { return errors.New("no") }
func (judging) Validate() error                        { return nil }

func TestHasMethods(t *testing.T) {
	for _, test := range []struct {
		of   any
		want bool
	}{
		{accessor{}, false},
		{endless{}, false},
		{struct {
			A map[string][]*time.Duration
			B netip.Addr
			C time.Time
		}{}, false},
		{struct {
			A string `validate:"required,uuid"`
		}{}, false},
		{struct{ A map[shown]int }{}, true},
		{struct{ A *[]judging }{}, true},
		{struct{ a [2]reading }{}, true},
		{struct {
			A accessor `mapstructure:"-"`
			B judging  `mapstructure:"-"`
		}{}, true},
		{struct{ A any }{}, true},
		{struct {
			A accessor `validate:"validateFn=Number"`
		}{}, true},
	} {
		if got := convert.HasMethods(reflect.TypeOf(test.of)); got != test.want {
			t.Errorf("%T: got %v", test.of, got)
		}
	}
}
