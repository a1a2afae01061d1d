// Package kubelet holds this module against the kubelet's own code: the
// AtomicWriter that writes every ConfigMap, Secret and projected volume, and the
// plugins for these volumes.
//
// It has tests alone, which show two things. The volume of package configtest
// gives the same events, in the same order, and leaves the same files behind as
// the AtomicWriter does. And each update that the kubelet makes reaches Current
// once, by its events alone.
//
// The manifests of the example, and the reviews by which the admission handler of package
// confighttp is tested, are decoded with the API server's own types.
//
// With -tags apiserver, it holds package configkube and the admission handler against a
// kube-apiserver, which it builds in half an hour or less, with an etcd, and keeps in the
// user's cache: go test -tags apiserver -timeout 1h -run APIServer. With -update, it writes the
// reviews as the API server sends them.
//
// It is a module of its own, as nobody who uses package config should have to
// download Kubernetes. The tests need Linux.
package kubelet
