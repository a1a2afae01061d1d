// Package configtest helps to test code that is configured by package config.
//
// For code that calls [config.Current], [SetCurrent] sets a value until the test ends, without a file:
//
//	func TestGreeting(t *testing.T) {
//		configtest.SetCurrent(t, Config{Greeting: "Hello"})
//		if got := greet("Ada"); got != "Hello, Ada" {
//			t.Errorf("got %q", got)
//		}
//	}
//
// For code that takes a [config.Store], [NewStore] returns one, also in parallel tests. [Set]
// publishes another value in it, and [Reject] simulates a rejected reload; both call the hooks.
// [Defaults] returns a value with all defaults, and [Env] sets environment variables for code that
// loads its own configuration.
//
// For code that loads files and follows their changes, [NewVolume] creates a directory with the
// layout of a mounted ConfigMap, and changes it in the same steps as the kubelet:
//
//	func TestReload(t *testing.T) {
//		v := configtest.NewVolume(t, map[string]string{"config.yaml": "greeting: Hello"})
//		cfg, err := config.Open[Config](config.WithFile(v.Path("config.yaml")))
//		if err != nil {
//			t.Fatal(err)
//		}
//		t.Cleanup(cfg.Close)
//		v.Update(map[string]string{"config.yaml": "greeting: Welcome"})
//		if err := cfg.Reload(t.Context()); err != nil {
//			t.Fatal(err)
//		}
//		if got := cfg.Current().Greeting; got != "Welcome" {
//			t.Errorf("got %q", got)
//		}
//	}
//
// The store notices an update by itself, a moment later. [config.Store.Reload] does not wait for that,
// and returns whether the update was good: in a test, call it after an update, or wait for a hook,
// rather than sleep.
//
// [NewSource] returns a [config.Source] whose content a test sets. [TestSource] tests an
// implementation of that interface.
//
// If a function or method of this package fails, it calls t.Fatal. So call it from the goroutine that
// runs the test, unless its documentation allows others.
package configtest
