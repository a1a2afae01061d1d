package schema_test

import (
	"testing"

	"example.com/lastgood/internal/schema"
	"example.com/lastgood/internal/schema/schematest"
)

// Secret is like config.Secret.
type Secret string

func (s Secret) Reveal() string { return string(s) }

type pointerSecret struct{ text string }

func (s *pointerSecret) Reveal() string               { return s.text }
func (s *pointerSecret) UnmarshalText(b []byte) error { s.text = string(b); return nil }

func TestSecretFields(t *testing.T) {
	s := schematest.Of[struct {
		Open      string
		Direct    Secret
		Optional  *Secret
		Listed    []Secret
		Fixed     [2]Secret
		Keyed     map[string][]*Secret
		ByPointer pointerSecret
		Tagged    string `secret:"true"`
		Not       string `secret:"false"`
		Section   struct {
			Inner string
			More  struct{ Deep string }
		} `secret:"true"`
		Squashed struct {
			Inlined string
		} `mapstructure:",squash" secret:"true"`
	}](t)
	for key, want := range map[string]bool{"open": false, "direct": true, "optional": true, "listed": true, "fixed": true,
		"keyed": true, "by_pointer": true, "tagged": true, "not": false, "section": true, "inlined": true} {
		if got := s.Field(key).Secret; got != want {
			t.Errorf("%s: secret is %v", key, got)
		}
	}
	wantFault[struct {
		A string `secret:"1"`
	}](t, `secret:"1"`)
}

func TestKeyNamesSeparatesOpenKeysFromSecretOnes(t *testing.T) {
	s := schematest.Of[struct {
		Name    string
		Section struct {
			Inner string
			More  []struct{ Deep string }
		} `secret:"true"`
		Other struct{ Deep, Plain string }
	}](t)
	open, secret := schema.KeyNames(s)
	for key, want := range map[string][2]bool{"name": {true, false}, "section": {false, true}, "inner": {true, true},
		"deep": {true, true}, "plain": {true, false}, "nope": {false, false}} {
		if got := [2]bool{open[key], secret[key]}; got != want {
			t.Errorf("%s: open and secret are %v, want %v", key, got, want)
		}
	}
	_, secret = schema.KeyNames(schematest.Of[struct {
		Rest map[string]Secret `mapstructure:",remain"`
	}](t))
	if len(secret) == 0 {
		t.Error("a secret remain is forgotten")
	}
}

func TestKeysOfASecretSectionTooAreSecret(t *testing.T) {
	s := schematest.Of[struct {
		S struct{ Inner string } `secret:"true"`
	}](t)
	if _, secret := schema.KeyNames(s); !secret["inner"] {
		t.Error("inner is shown")
	}
}

type Checked struct{ A int }

func (Checked) Validate() error { return nil }

type CheckedByPointer struct{ B int }

func (*CheckedByPointer) Validate() error { return nil }

func TestNeedsVisitIsSetWhereTheValidatorLeavesSomethingOut(t *testing.T) {
	type plain struct{ A int }
	s := schematest.Of[struct {
		Plain    plain
		Section  struct{ C Checked }
		Pointers []*CheckedByPointer
		Keyed    map[string]Checked
		Lists    []plain
		Dived    []plain            `validate:"dive"`
		Half     [][]plain          `validate:"dive"`
		Whole    [][]plain          `validate:"dive,dive"`
		Keys     map[string]plain   `validate:"dive,keys,min=1,endkeys"`
		InKeys   map[string][]plain `validate:"dive,keys,min=1,endkeys,required"`
		Not      []plain            `validate:"-"`
		Numbers  []int
	}](t)
	for key, want := range map[string][2]bool{"plain": {}, "section": {true}, "pointers": {true, true}, "keyed": {true, true},
		"lists": {false, true}, "dived": {}, "half": {false, true}, "whole": {}, "keys": {}, "in_keys": {false, true}, "not": {}, "numbers": {}} {
		f := s.Field(key)
		if got := [2]bool{f.Type.NeedsVisit, f.Dive}; got != want {
			t.Errorf("%s: Judged and Dive are %v, want %v", key, got, want)
		}
	}
	if !s.NeedsVisit {
		t.Error("the whole is not judged")
	}
}

func TestInlinedHasTheValidateMethodsThatGoDoesNotPromote(t *testing.T) {
	if s := schematest.Of[struct{ Checked }](t); s.Validate == nil || len(s.Inlined) != 0 {
		t.Errorf("a promoted method: %v, %v", s.Validate, s.Inlined)
	}
	if s := schematest.Of[struct {
		Checked
		*CheckedByPointer
	}](t); s.Validate != nil || len(s.Inlined) != 2 || !s.NeedsVisit {
		t.Errorf("two methods at once: %v, %v", s.Validate, s.Inlined)
	}
}

func TestDefaultsStopAtPointers(t *testing.T) {
	type inner struct {
		A int `default:"1"`
	}
	for name, s := range map[string]*schema.Type{
		"own":     schematest.Of[inner](t),
		"section": schematest.Of[struct{ S struct{ T inner } }](t),
	} {
		if !s.Defaults {
			t.Errorf("%s: no defaults", name)
		}
	}
	for name, s := range map[string]*schema.Type{
		"pointer": schematest.Of[struct{ S *inner }](t),
		"list":    schematest.Of[struct{ S []inner }](t),
		"map":     schematest.Of[struct{ S map[string]inner }](t),
		"remain": schematest.Of[struct {
			S map[string]inner `mapstructure:",remain"`
		}](t),
	} {
		if s.Defaults {
			t.Errorf("%s: defaults apply though nothing is set", name)
		}
	}
}
