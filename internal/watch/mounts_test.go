package watch

import (
	"strings"
	"testing"
)

// table is an excerpt of /proc/self/mountinfo in a pod.
const table = `1234 1200 0:57 / / rw,relatime master:412 - overlay overlay rw,lowerdir=/a
1240 1234 259:1 /var/lib/kubelet/pods/0c1d/volumes/kubernetes.io~configmap/cfg /etc/app ro,relatime - ext4 /dev/root rw
1241 1234 259:1 /var/lib/kubelet/pods/0c1d/volumes/kubernetes.io~configmap/cfg/..2026_01_02_03_04_05.123/config.yaml /etc/sub/config.yaml ro,relatime - ext4 /dev/root rw
1242 1234 259:1 /var/lib/kubelet/pods/0c1d/volume-subpaths/cfg/app/0 /etc/sub/other.yaml ro,relatime - ext4 /dev/root rw
1243 1234 259:1 /home/me/my\040config.yaml /etc/my\040config.yaml rw,relatime - ext4 /dev/root rw
short line
`

func TestAFileThatCanNeverBeReplacedIsRecognisedFromTheMountTable(t *testing.T) {
	for _, test := range []struct{ path, want string }{
		{"/etc/sub/config.yaml", "subPath"},
		{"/etc/sub/other.yaml", "subPath"},
		{"/etc/my config.yaml", "bind mount of a single file"},
		{"/etc/app/..data/config.yaml", ""},
		{"/etc/app/config.yaml", ""},
	} {
		got := pinnedIn([]byte(table), test.path)
		if (got == "") != (test.want == "") || !strings.Contains(got, test.want) {
			t.Errorf("%s: %q, want something about %q", test.path, got, test.want)
		}
	}
}
