package watch

import "golang.org/x/sys/unix"

// mayBeMounted reports whether path may be a mount point. That is far cheaper than reading the
// mount table, which would delay every change of a volume.
func mayBeMounted(path string) bool {
	var st unix.Statx_t
	err := unix.Statx(unix.AT_FDCWD, path, unix.AT_SYMLINK_NOFOLLOW|unix.AT_NO_AUTOMOUNT, 0, &st)
	known := err == nil && st.Attributes_mask&unix.STATX_ATTR_MOUNT_ROOT != 0 // since Linux 5.8
	return !known || st.Attributes&unix.STATX_ATTR_MOUNT_ROOT != 0
}
