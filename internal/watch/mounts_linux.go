package watch

import "golang.org/x/sys/unix"

// mayBeMounted reports whether something may be mounted at path. Asking for that costs
// far less than reading the mount table, and a swap of a volume has to wait for it.
func mayBeMounted(path string) bool {
	var st unix.Statx_t
	err := unix.Statx(unix.AT_FDCWD, path, unix.AT_SYMLINK_NOFOLLOW|unix.AT_NO_AUTOMOUNT, 0, &st)
	known := err == nil && st.Attributes_mask&unix.STATX_ATTR_MOUNT_ROOT != 0 // since Linux 5.8
	return !known || st.Attributes&unix.STATX_ATTR_MOUNT_ROOT != 0
}
