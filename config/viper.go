package config

import "github.com/spf13/viper"

// Viper returns the values of the snapshot as a Viper, for code that reads settings by key and
// has not been migrated: GetString("server.addr"), Sub, UnmarshalKey and the like. It contains
// the values of the snapshot, with running values for changes that need a restart. A value has
// the type that Viper would have read from its origin, and a default from a tag the type of its
// field; keys that nothing sets are not set. With [WithUnknownKeys], it contains the unknown
// keys as well.
//
// Its keys are those of the type, and other spellings that a document uses. It contains secrets
// in plain text. As in any Viper, keys, including those of maps, are lower case and split at
// dots, and there are no empty maps and no nulls.
//
// The Viper is created by the first call for a snapshot and does not change: call Viper again
// for the next version, as in a hook. Methods that read are safe for concurrent use; nothing
// may be set in it, and the maps and lists it returns must not be modified. It is empty if a
// method of a value panics or does not return, and for a store of package configtest.
func (s Snapshot[T]) Viper() *viper.Viper {
	if s.result == nil {
		return viper.New()
	}
	return s.result.AsViper()
}

// Viper returns the current configuration as a Viper; see [Snapshot.Viper].
func (s *Store[T]) Viper() *viper.Viper { return s.Snapshot().Viper() }
