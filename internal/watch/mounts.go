package watch

import (
	"bytes"
	"os"
	"strconv"
	"strings"
)

// pinned returns why the file at path, free of symbolic links, can never be replaced: it is
// the target of a bind mount, which refers to one inode. Kubernetes creates such mounts for
// volumes with subPath. It returns "" for any other file, and on systems without a mount
// table.
func pinned(path string) string {
	if path == "" || !mayBeMounted(path) {
		return ""
	}
	table, err := os.ReadFile("/proc/self/mountinfo")
	if err != nil {
		return ""
	}
	return pinnedIn(table, path)
}

// pinnedIn is pinned for the lines of /proc/self/mountinfo.
func pinnedIn(table []byte, path string) string {
	for line := range bytes.Lines(table) {
		// 36 35 98:0 /root /mount/point rw,noatime ... (proc_pid_mountinfo(5))
		fields := strings.Fields(string(line))
		if len(fields) < 5 || unescape(fields[4]) != path {
			continue
		}
		origin := unescape(fields[3])
		if strings.Contains(origin, "/volumes/kubernetes.io~") || strings.Contains(origin, "/volume-subpaths/") {
			return "it is mounted with subPath, so the kubelet can never update it; mount the volume's directory instead"
		}
		return "it is a bind mount of a single file, so a file that replaces the original never shows up here; mount its directory instead"
	}
	return ""
}

// unescape decodes the octal escapes of blanks and backslashes in the table.
func unescape(s string) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+3 < len(s) {
			if c, err := strconv.ParseUint(s[i+1:i+4], 8, 8); err == nil {
				b.WriteByte(byte(c))
				i += 3
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
}
