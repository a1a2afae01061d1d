// Package promrules tests the alerts of example/k8s with Prometheus' own code for rules. It
// is a module of its own, so that nobody else needs that.
package promrules
