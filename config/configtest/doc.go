// Package configtest helps to test code that is configured by package config.
//
// What a test needs depends on what the code under test does.
//
// Code that calls [config.Current] is given a value by [SetCurrent], for as long
// as the test runs, without any file:
//
//	func TestGreeting(t *testing.T) {
//		configtest.SetCurrent(t, Config{Greeting: "Hello"})
//		if got := greet("Ada"); got != "Hello, Ada" {
//			t.Errorf("got %q", got)
//		}
//	}
//
// Code that is handed a [config.Store] is given one by [NewStore], in parallel
// tests too. [Set] has it publish another value, and [Reject] plays a reload that is not
// good, with the hooks that follow. [Defaults] is a value to start from, and [Env] sets
// variables for code that loads its own.
//
// Code that loads files, follows their changes or must survive a bad one is given
// a ConfigMap by [NewVolume]: a directory with the layout of a Kubernetes volume,
// which changes in the very steps in which the kubelet changes it.
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
// What is kept elsewhere than in files is played by [NewSource]. [TestSource] is the test of
// the rules of [config.Source] for who implements one.
//
// The store notices an update by itself, a moment later. [config.Store.Reload]
// does not wait for that moment, and tells whether the update was good: in a
// test, call it after an update, or wait for a hook, rather than sleep.
//
// Whatever fails in this package fails the test with t.Fatal, so its functions
// and methods must be called from the goroutine that runs the test.
package configtest
