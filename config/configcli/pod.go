package configcli

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// podTemplate is the spec of the pods of an object.
type podTemplate struct {
	namespace string
	spec      *yaml.Node
}

// podSpec is the path from an object to the spec of its pods, by the object's kind.
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

// secretVariables are variables of pods whose values are in Secrets of the same manifest, by name.
type secretVariables map[string]*entry

// secretVariables returns those of the named variables that the containers that mount a ConfigMap
// take from Secrets of the manifest: by a reference, or by the path of a file in a mounted Secret.
// No file is opened.
func (m *manifest) secretVariables(configMap *object, names []string) secretVariables {
	variables := secretVariables{}
	add := func(name string, e *entry) {
		if e != nil && slices.Contains(names, name) {
			variables[name] = e
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
						add(short, p.secretFile(c, textOf(env, "value"), secret))
					}
				}
			}
		}
	}
	return variables
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

// secretFile returns the entry of the mounted Secret that a path in a container leads to, or nil.
func (p podTemplate) secretFile(container *yaml.Node, path string, secret func(name string) *object) *entry {
	for _, mount := range items(container, "volumeMounts") {
		file, ok := strings.CutPrefix(path, strings.TrimSuffix(textOf(mount, "mountPath"), "/")+"/")
		if !ok || textOf(mount, "subPath") != "" {
			continue
		}
		for _, source := range p.sources(textOf(mount, "name")) {
			projection, name := value(source, "secret"), "secretName"
			if value(projection, name) == nil {
				name = "name" // in a projected volume
			}
			o := secret(textOf(projection, name))
			if o == nil {
				continue
			}
			selected := items(projection, "items")
			if len(selected) == 0 && o.byKey[file] != nil {
				return o.byKey[file]
			}
			for _, item := range selected {
				if textOf(item, "path") == file {
					return o.byKey[textOf(item, "key")]
				}
			}
		}
	}
	return nil
}

// sources returns the volume of that name and the sources projected into it.
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
func (v secretVariables) environ() (environ []string, err error) {
	for name, e := range v {
		data, err := e.data()
		if err != nil {
			return nil, err // which was reported where the Secret was read
		}
		environ = append(environ, name+"="+string(data))
	}
	return environ, nil
}
