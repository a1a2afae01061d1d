package guard

import (
	"fmt"
	"reflect"
	"strconv"
)

// Sprint returns the result of fmt.Sprint, which may call a method of the value, or the error
// if that panicked.
func (r *Running) Sprint(value any) (text string, failed *Error) {
	var method string
	switch value.(type) {
	case fmt.Formatter:
		method = "Format"
	case error:
		method = "Error"
	case fmt.Stringer:
		method = "String"
	default:
		return fmt.Sprint(value), nil
	}
	failed = r.Call(Method(value, method), func() {
		switch v := value.(type) {
		case fmt.Formatter:
			text = fmt.Sprint(v)
		case error:
			text = v.Error()
		case fmt.Stringer:
			text = v.String()
		}
	})
	return text, failed
}

// Text returns the text of a value that a function panicked with or returned: of a string, an
// error, a Stringer, a bool or a number. For any other value it returns the type only, since
// the value may contain itself.
func Text(value any) (text string) {
	var method string
	var of func() string
	switch v := value.(type) {
	case nil:
		return "nil"
	case error:
		method, of = "Error", v.Error
	case fmt.Stringer:
		method, of = "String", v.String
	default:
		switch v := reflect.ValueOf(value); { // not by fmt, which would call a Format method
		case v.Kind() == reflect.String:
			return v.String()
		case v.Kind() == reflect.Bool:
			return strconv.FormatBool(v.Bool())
		case v.CanInt():
			return strconv.FormatInt(v.Int(), 10)
		case v.CanUint():
			return strconv.FormatUint(v.Uint(), 10)
		case v.CanFloat():
			return strconv.FormatFloat(v.Float(), 'g', -1, 64)
		}
		return fmt.Sprintf("a value of type %T", value)
	}
	if err := Call(Method(value, method), func() { text = of() }); err != nil {
		return err.Error()
	}
	return text
}
