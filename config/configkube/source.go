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

// kind is a kind of objects.
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
	silence           time.Duration // the longest that a watch has neither an event nor a bookmark
	maxBody           int64         // of an answer, or of an event
	wrong             []error       // with the arguments
}

// ConfigMap returns a source of the ConfigMap of that name. An empty namespace is the pod's
// own. By default, each key, of data and binaryData, is a document.
func ConfigMap(namespace, name string, opts ...Option) config.Source {
	return newSource(kind{name: "ConfigMap", resource: "configmaps"}, namespace, name, opts)
}

// Secret is like [ConfigMap] for a Secret. Everything that it has is secret: neither a value
// nor a line of it is ever shown.
func Secret(namespace, name string, opts ...Option) config.Source {
	return newSource(kind{name: "Secret", resource: "secrets", secret: true}, namespace, name, opts)
}

// names are what Kubernetes takes as the name of an object, and, without a dot, of a namespace.
var names = regexp.MustCompile(`^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$`)

func newSource(k kind, namespace, object string, opts []Option) *source {
	s := &source{kind: k, namespace: namespace, object: object, silence: silence, maxBody: maxBody, server: server{dir: serviceAccount}}
	for i, opt := range opts {
		if opt == nil {
			s.fail("option %d is nil", i+1)
			continue
		}
		opt.apply(s)
	}
	s.server.complete()
	var unknown error
	if namespace == "" { // that of a pod never changes
		var data []byte
		data, unknown = os.ReadFile(filepath.Join(s.server.dir, "namespace"))
		s.namespace = strings.TrimSpace(string(data))
	}
	switch {
	case unknown != nil:
		s.server.absent = "the pod's namespace is not known: " + unknown.Error()
	case !names.MatchString(s.namespace) || len(s.namespace) > 63 || strings.Contains(s.namespace, "."):
		s.fail("%q cannot be a namespace", s.namespace)
	}
	if !names.MatchString(object) || len(object) > 253 {
		s.fail("%q cannot be the name of a %s", object, k.name)
	}
	return s
}

func (s *source) fail(format string, args ...any) {
	s.wrong = append(s.wrong, fmt.Errorf("configkube."+s.kind.name+": "+format, args...))
}

// Err returns what is wrong with the arguments, which is an error of [config.Load].
func (s *source) Err() error { return errors.Join(s.wrong...) }

// Name returns "configmap:namespace/name".
func (s *source) Name() string {
	return strings.ToLower(s.kind.name) + ":" + s.namespace + "/" + s.object
}
