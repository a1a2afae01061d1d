package load

import (
	"fmt"
	"reflect"
	"strings"

	"example.com/lastgood/internal/schema"
)

// readDefaults parses the default tags and checks that each suits its field.
func (l *Loader) readDefaults() []schema.Fault {
	var faults []schema.Fault
	l.schema.EachStruct(func(t *schema.Type) {
		for _, f := range t.Fields {
			if f.Default == nil {
				continue
			}
			fault := func(message string) {
				what := fmt.Sprintf("its default %q: ", *f.Default)
				if f.Hidden || f.Type.Secrets {
					what = "its default: "
				}
				faults = append(faults, schema.Fault{Field: fieldName(t, f), Message: what + message})
			}
			node, err := f.Type.ParseText(*f.Default)
			if err != nil {
				fault(err.Error())
				continue
			}
			b := &binder{loader: l}
			b.bindTo(reflect.New(f.Type.Go).Elem(), f.Type, []ref{{layer: fromDefault, node: node}}, f.Hidden)
			for _, p := range b.problems {
				fault(p.Message)
			}
			l.defaults[f] = node
		}
	}, nil)
	return faults
}

// fieldName names a field in faults: main.Config.Server.Port.
func fieldName(t *schema.Type, f *schema.Field) string {
	return t.Where + "." + strings.Join(f.GoPath, ".")
}
