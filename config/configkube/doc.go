// Package configkube is a source that reads and follows a ConfigMap or Secret through the API of
// Kubernetes rather than a volume: a change takes effect a moment after it is written, instead of up
// to a minute and a half later.
//
//	cfg, err := config.Load[Config](
//		config.WithSource(configkube.ConfigMap("", "app")),
//		config.WithSource(configkube.Secret("", "app-db", configkube.Values("db"))),
//	)
//
// All keys of an object change together, as one generation. By default each is a document in the
// format of its extension; [Keys] and [Values] change that. All data of a Secret is secret. Two
// sources are two objects, and do not change together.
//
// # Permission
//
// In a pod, the service account is used: its token and the certificate authority are read anew for
// each request, because they are rotated. It needs permission to list and watch the object, by this
// Role and a RoleBinding; example/k8s/api has both. Without permission, the source is stale, and the
// reason, in the status and the log, has the Role that is needed.
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
// A kubeconfig is not read. Outside of a pod, [Client] and [BaseURL] set how the API is reached: with
// a client of client-go's rest.HTTPClientFor, or through kubectl proxy.
//
// # Requests
//
// The object is listed by its name, and watched from the revision of that list, so that no change in
// between is lost. A watch has bookmarks, and ends after five to ten minutes, or when it has received
// nothing for two. After that, and at every poll ([config.PollEvery]), the object is listed again; in
// a large fleet, a longer poll interval costs the API server less. Without a [Client], requests are
// HTTP/1.1, so that none is sent on the connection of a watch that has died silently. Redirects are
// not followed, an answer may have 10 MiB, and the Retry-After of an overloaded server is respected,
// up to 30 seconds.
package configkube
