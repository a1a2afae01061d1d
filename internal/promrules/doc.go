// Package promrules tests the alerts of example/k8s with Prometheus' own rule engine. It is a separate module,
// so that Prometheus is not in the go.mod of others.
package promrules
