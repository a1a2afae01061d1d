// Package kubelet tests this module with the kubelet's own code: the AtomicWriter, which writes every
// ConfigMap, Secret and projected volume, and the plugins for these volumes.
//
// Its tests show that the volume of package configtest causes the same events, in the same order, and leaves
// the same files as the AtomicWriter, and that each update by the kubelet reaches Current once, by its events
// alone.
//
// The manifests of the example, and the reviews in the tests of the admission handler of package confighttp,
// are decoded with the API server's own types.
//
// With -tags apiserver, it holds package configkube and the admission handler against a
// kube-apiserver, which it builds in half an hour or less, with an etcd, and keeps in the
// user's cache: go test -tags apiserver -timeout 1h -run APIServer. With -update, it writes the
// reviews as the API server sends them.
//
// It is a separate module, so that users of package config need not download Kubernetes. The tests need Linux.
package kubelet
