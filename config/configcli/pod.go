package configcli

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// podTemplate is the part of a manifest that describes pods.
type podTemplate struct {
	namespace string
	spec      *yaml.Node
}

// podSpec leads from an object to the spec of its pods, by the object's kind.
var podSpec = map[string][]string{
	"Pod":                   {"spec"},
	"Deployment":            {"spec", "template", "spec"},
	"StatefulSet":           {"spec", "template", "spec"},
	"DaemonSet":             {"spec", "template", "spec"},
	"ReplicaSet":            {"spec", "template", "spec"},
	"ReplicationController": {"spec", "template", "spec"},
	"Job":                   {"spec", "template", "spec"},
	"CronJob":               {"spec", "jobTemplate", "spec", "template", "spec"},
}

// fromSecrets are the variables of pods whose values are in Secrets of the same manifest.
type fromSecrets map[string]*entry

// fromSecrets returns what the containers that mount a ConfigMap take from Secrets of the
// manifest, by variables with these names: by a reference, or by the path of a file in a
// Secret that they mount. No file is opened.
func (m *manifest) fromSecrets(configMap *object, names []string) fromSecrets {
	found := fromSecrets{}
	add := func(name string, e *entry) {
		if e != nil && slices.Contains(names, name) {
			found[name] = e
		}
	}
	for _, p := range m.pods {
		if p.namespace != configMap.namespace {
			continue
		}
		secret := func(name string) *object { return m.find("Secret", p.namespace, name) }
		for _, list := range []string{"containers", "initContainers"} {
			for _, c := range items(p.spec, list) {
				if !p.mounts(c, configMap.name) {
					continue
				}
				for _, from := range items(c, "envFrom") {
					if o := secret(textOf(value(from, "secretRef"), "name")); o != nil {
						for _, e := range o.entries {
							add(textOf(from, "prefix")+e.key, e)
						}
					}
				}
				for _, env := range items(c, "env") {
					name := textOf(env, "name")
					ref := value(value(env, "valueFrom"), "secretKeyRef")
					if o := secret(textOf(ref, "name")); o != nil {
						add(name, o.byKey[textOf(ref, "key")])
					}
					if short, isFile := strings.CutSuffix(name, "_FILE"); isFile && !slices.Contains(names, name) {
						add(short, p.mounted(c, textOf(env, "value"), secret))
					}
				}
			}
		}
	}
	return found
}

// mounts reports whether a container mounts a ConfigMap.
func (p podTemplate) mounts(container *yaml.Node, configMap string) bool {
	for _, mount := range items(container, "volumeMounts") {
		for _, source := range p.sources(textOf(mount, "name")) {
			if textOf(value(source, "configMap"), "name") == configMap {
				return true
			}
		}
	}
	return false
}

// mounted returns what a path in a container leads to, if that is a file of a Secret.
func (p podTemplate) mounted(container *yaml.Node, path string, secret func(name string) *object) *entry {
	for _, mount := range items(container, "volumeMounts") {
		file, ok := strings.CutPrefix(path, strings.TrimSuffix(textOf(mount, "mountPath"), "/")+"/")
		if !ok || textOf(mount, "subPath") != "" {
			continue
		}
		for _, source := range p.sources(textOf(mount, "name")) {
			held, name := value(source, "secret"), "secretName"
			if value(held, name) == nil {
				name = "name" // in a projected volume
			}
			o := secret(textOf(held, name))
			if o == nil {
				continue
			}
			chosen := items(held, "items")
			if len(chosen) == 0 && o.byKey[file] != nil {
				return o.byKey[file]
			}
			for _, item := range chosen {
				if textOf(item, "path") == file {
					return o.byKey[textOf(item, "key")]
				}
			}
		}
	}
	return nil
}

// sources returns what a volume is made of: itself, or what is projected into it.
func (p podTemplate) sources(volume string) []*yaml.Node {
	for _, v := range items(p.spec, "volumes") {
		if textOf(v, "name") == volume {
			return append([]*yaml.Node{v}, items(value(v, "projected"), "sources")...)
		}
	}
	return nil
}

// items returns the items of a list in an object.
func items(object *yaml.Node, key string) (all []*yaml.Node) {
	if list := value(object, key); list != nil && list.Kind == yaml.SequenceNode {
		for _, item := range list.Content {
			all = append(all, resolved(item))
		}
	}
	return all
}

// environ returns the variables as the environment has them.
func (f fromSecrets) environ() (environ []string, err error) {
	for name, e := range f {
		data, err := e.data()
		if err != nil {
			return nil, err // which was reported where the Secret was read
		}
		environ = append(environ, name+"="+string(data))
	}
	return environ, nil
}
