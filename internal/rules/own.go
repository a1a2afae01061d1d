// Package rules knows the rules of validate tags: whether they suit their fields, what
// they ask for in words, and what a field needs.
package rules

import (
	"sync"

	"github.com/go-playground/validator/v10"
)

// Own returns the validator that is shared by all who are given none, since a
// validator caches what it learns of a type. WithRequiredStructEnabled lets
// "required" mean something on a struct.
var Own = sync.OnceValue(func() *validator.Validate {
	return validator.New(validator.WithRequiredStructEnabled())
})
