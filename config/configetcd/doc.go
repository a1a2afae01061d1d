// Package configetcd reads and follows configuration in etcd.
package configetcd
