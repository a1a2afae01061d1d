package configetcd

import (
	"fmt"

	"go.etcd.io/etcd/api/v3/etcdserverpb"
)

// revision is a moment in the life of a cluster.
type revision struct {
	cluster uint64 // 0 if it is not known
	number  int64  // 0 for none
}

func revisionOf(h *etcdserverpb.ResponseHeader) revision {
	return revision{h.GetClusterId(), h.GetRevision()}
}

// parseRevision returns the revision of a text, or none.
func parseRevision(text string) (r revision) {
	if _, err := fmt.Sscanf(text, "%x:%d", &r.cluster, &r.number); err != nil || r.number < 0 {
		return revision{}
	}
	return r
}

// String returns a text for the Watch method; "" for no revision.
func (r revision) String() string {
	if r.number == 0 {
		return ""
	}
	return fmt.Sprintf("%x:%d", r.cluster, r.number)
}

// isOther reports whether both are known to be of two clusters.
func (r revision) isOther(other revision) bool {
	return r.cluster != other.cluster && r.cluster != 0 && other.cluster != 0
}
