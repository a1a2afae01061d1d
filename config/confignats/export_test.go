package confignats

import (
	"time"

	"github.com/nats-io/nats.go"

	"example.com/lastgood/config"
)

// SetHeartbeat sets how often the server sends one to a watch.
func SetHeartbeat(s config.Source, d time.Duration) { s.(*source).heartbeat = d }

// FromReplica returns what becomes of an answer to a direct get.
func FromReplica(s config.Source, m *nats.Msg) (revision string, data []byte, err error) {
	e, err := s.(*source).directEntry(m)
	return e.String(), e.data, err
}

// FromLeader returns what becomes of an answer of a bucket's leader.
func FromLeader(s config.Source, answer []byte) (revision string, data []byte, err error) {
	e, err := s.(*source).leaderEntry(answer)
	return e.String(), e.data, err
}
