package configkube

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"example.com/lastgood/config"
)

// kind is a kind of object.
type kind struct {
	name, resource string // "ConfigMap", "configmaps"
	secret         bool
}

// source implements [config.Source].
type source struct {
	kind
	namespace, object string
	choice            choice
	server            server
	maxSilence        time.Duration // of a watch, without an event or a bookmark
	maxBody           int64         // bytes of an answer, or of an event
	errs              []error       // of the arguments
}

// ConfigMap returns a source of a ConfigMap. An empty namespace is that of the pod, which is read
// now; no request is sent. If an argument is wrong, [config.Load] returns the error. By default,
// each key of data and binaryData is a document.
func ConfigMap(namespace, name string, opts ...Option) config.Source {
	return newSource(kind{name: "ConfigMap", resource: "configmaps"}, namespace, name, opts)
}

// Secret is like [ConfigMap] for a Secret. All of its data is secret: no value and no line of it is
// ever shown.
func Secret(namespace, name string, opts ...Option) config.Source {
	return newSource(kind{name: "Secret", resource: "secrets", secret: true}, namespace, name, opts)
}

// names matches the valid names of objects, and, without a dot, of namespaces.
var names = regexp.MustCompile(`^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$`)

func newSource(k kind, namespace, object string, opts []Option) *source {
	s := &source{kind: k, namespace: namespace, object: object, maxSilence: maxSilence, maxBody: maxBody, server: server{dir: serviceAccount}}
	for i, opt := range opts {
		if opt == nil {
			s.fail("option %d is nil", i+1)
			continue
		}
		opt.apply(s)
	}
	s.server.setDefaults()
	var err error
	if namespace == "" { // that of a pod never changes
		var data []byte
		data, err = os.ReadFile(filepath.Join(s.server.dir, "namespace"))
		s.namespace = strings.TrimSpace(string(data))
	}
	switch {
	case err != nil:
		s.server.notInPod = "the pod's namespace is not known: " + err.Error()
	case !names.MatchString(s.namespace) || len(s.namespace) > 63 || strings.Contains(s.namespace, "."):
		s.fail("%q cannot be a namespace", s.namespace)
	}
	if !names.MatchString(object) || len(object) > 253 {
		s.fail("%q cannot be the name of a %s", object, k.name)
	}
	return s
}

func (s *source) fail(format string, args ...any) {
	s.errs = append(s.errs, fmt.Errorf("configkube."+s.kind.name+": "+format, args...))
}

// Err returns the errors of the arguments.
func (s *source) Err() error { return errors.Join(s.errs...) }

// Name returns "configmap:namespace/name".
func (s *source) Name() string {
	return strings.ToLower(s.kind.name) + ":" + s.namespace + "/" + s.object
}
