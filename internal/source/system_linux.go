package source

import "golang.org/x/sys/unix"

// isGenerated reports whether the kernel generates the content of the file, as in /proc.
func (f file) isGenerated() bool {
	var st unix.Statfs_t
	if unix.Fstatfs(int(f), &st) != nil {
		return false
	}
	switch int64(st.Type) { //nolint:unconvert // it has another type elsewhere
	case unix.PROC_SUPER_MAGIC, unix.SYSFS_MAGIC, unix.DEBUGFS_MAGIC, unix.TRACEFS_MAGIC, unix.SECURITYFS_MAGIC, unix.CGROUP_SUPER_MAGIC, unix.CGROUP2_SUPER_MAGIC:
		return true
	}
	return false
}
