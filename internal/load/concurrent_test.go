package load_test

import (
	"fmt"
	"reflect"
	"sync"
	"testing"

	"github.com/go-playground/validator/v10"

	"example.com/lastgood/internal/load"
)

// Run with -race: good and bad documents, each with its own result, by one loader
// and a validator that others use at the same time.
func TestALoaderIsSafeForConcurrentUse(t *testing.T) {
	v := validator.New(validator.WithRequiredStructEnabled())
	if err := v.RegisterValidation("even", func(fl validator.FieldLevel) bool { return fl.Field().Int()%2 == 0 }); err != nil {
		t.Fatal(err)
	}
	type config struct {
		fuzzed `mapstructure:",squash"`
		Even   int `validate:"even"`
	}
	loaders := []*load.Loader{newLoader[config](t, load.Options{Validator: v}), newLoader[config](t, load.Options{Validator: v})}
	const ok = "port: 0\ndebug: false\nsection: {deep: {}}\nany: {a: [1]}\nkeyed: {a: {n: %d}}\n"
	var all sync.WaitGroup
	for worker := range 8 {
		all.Go(func() {
			for i := range 50 {
				n := worker*10 + i%10
				l := loaders[i%2]
				value, problems := once(l, yaml(fmt.Sprintf(ok, n)), yaml("{}"))
				switch {
				case n == 13:
					if len(problems) != 1 {
						t.Errorf("%d: %s", n, formatAll(problems))
					}
				case problems != nil:
					t.Errorf("%d: %s", n, formatAll(problems))
				case int(value.(*config).Keyed["a"].N) != n:
					t.Errorf("%d gave %+v", n, value)
				}
				_, problems = once(l, yaml(fmt.Sprintf("even: %d\nport: x\nnope: 1\nsecret: a\n", 2*n+1)))
				if len(problems) != 4 {
					t.Errorf("got %s", formatAll(problems))
				}
				_ = v.Struct(config{Even: n})
				if i%10 == 0 {
					load.New(reflect.TypeFor[config](), load.Options{Validator: v})
				}
			}
		})
	}
	all.Wait()
}
