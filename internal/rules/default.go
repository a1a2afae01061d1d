// Package rules has what is known about the rules in validate tags: whether they can be
// applied to their fields, what they ask for in words, and whether a field must be set.
package rules

import (
	"sync"

	"github.com/go-playground/validator/v10"
)

// DefaultValidator returns the validator that is used if a caller sets none. It is shared,
// since a validator caches types. WithRequiredStructEnabled gives "required" an effect on a
// struct.
var DefaultValidator = sync.OnceValue(func() *validator.Validate {
	return validator.New(validator.WithRequiredStructEnabled())
})
