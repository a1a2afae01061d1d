// Package configkube reads and follows ConfigMaps and Secrets through the API of Kubernetes
// rather than a volume: a change is in force a moment after it is written, instead of up to
// a minute and a half later.
//
//	cfg, err := config.Load[Config](
//		config.WithSource(configkube.ConfigMap("", "app")),
//		config.WithSource(configkube.Secret("", "app-db", configkube.Values("db"))),
//	)
//
// All keys of an object change together, as one generation. By default each is a document,
// in the format of its extension; [Keys] and [Values] choose. What a Secret has is secret as a
// whole. Two sources are two objects, and two generations.
//
// # Permission
//
// In a pod, the service account is used: its token and the authority's certificate are read
// anew for each request, as they are rotated. It needs to list and to watch the one object,
// by this Role and a RoleBinding; example/k8s/api has both. Without them, the source is stale,
// and the reason, in the status and the log, has the Role that is needed.
//
//	apiVersion: rbac.authorization.k8s.io/v1
//	kind: Role
//	metadata: {name: app-configmap}
//	rules:
//	  - apiGroups: [""]
//	    resources: [configmaps]
//	    resourceNames: [app]
//	    verbs: [list, watch]
//
// A kubeconfig is not read. Elsewhere than in a pod, [Client] and [BaseURL] say how to reach
// the API: with a client of client-go's rest.HTTPClientFor, or through kubectl proxy.
//
// # Requests
//
// The object is listed by its name, and watched from the revision of that list, so that no
// change is lost between both. A watch has bookmarks, and ends after five to ten minutes, or
// when nothing has come for two; then, and beside it ([config.PollEvery]), the object is listed
// anew. In a large fleet, a longer poll costs the API server less. Without a [Client], requests
// are HTTP/1.1, so that none waits behind a watch whose connection has died silently. No
// redirect is followed, no more is read than an object can have, and a server that is
// overloaded is left alone for as long as it asks, up to 30 seconds.
package configkube
