#pragma once
#include <stddef.h>
#include <stdint.h>

/// Reads at most `capacity` bytes from the start of a file, without ever waiting for a pipe or a device.
///
/// Meant for /proc and /sys, whose files are small and have no size of their own. Returns the number of bytes, or
/// -errno. A file that fills `capacity` may be longer.
int64_t clinux_read_file(const char *_Nonnull path, void *_Nonnull buffer, size_t capacity);

/// Whether a path lies in the kernel's sysfs, also where that is mounted elsewhere, and not in a copy: 1 or 0, or
/// -errno.
int clinux_is_sysfs(const char *_Nonnull path);
