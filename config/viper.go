package config

import "github.com/spf13/viper"

// Viper returns the snapshot's values as a Viper, for code that reads settings by their
// keys and has not moved over yet: GetString("server.addr"), Sub, UnmarshalKey and the
// like. It has what the snapshot has, values that wait for a restart as they are running;
// each as Viper would have read it from where it comes from, and defaults of tags in the
// types of their fields. What nothing sets is not set in it either. With
// [WithUnknownKeys], it also has the keys that the type does not have.
//
// Its keys are those of the type; where a document has another spelling of one, both can
// be asked for. It has secrets, as such code needs them. Viper lower-cases all keys,
// those of maps too, splits them at dots, and has no empty maps and no nulls.
//
// It is made when it is first asked for, once for each snapshot, and does not follow
// anything: call Viper again for the next version, as in a hook. All methods that read are safe for concurrent
// use; the maps and lists that they return are shared and must not be changed, nor must
// anything be set in it. A store made by package configtest has an empty one.
func (s Snapshot[T]) Viper() *viper.Viper {
	if s.result == nil {
		return viper.New()
	}
	return s.result.AsViper()
}

// Viper returns the current configuration as a Viper; see [Snapshot.Viper].
func (s *Store[T]) Viper() *viper.Viper { return s.Snapshot().Viper() }
