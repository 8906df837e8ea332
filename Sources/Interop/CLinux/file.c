#define _GNU_SOURCE
#include "clinux_file.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <sys/vfs.h>
#include <unistd.h>

int64_t clinux_read_file(const char *path, void *buffer, size_t capacity) {
  int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (file < 0) return -errno;
  size_t length = 0;
  int error = 0;
  while (length < capacity) {
    ssize_t got = read(file, (char *)buffer + length, capacity - length);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) error = errno;
    if (got <= 0) break;
    length += (size_t)got;
  }
  close(file);
  return error != 0 ? -error : (int64_t)length;
}

int clinux_is_sysfs(const char *path) {
  struct statfs system;
  return statfs(path, &system) == 0 ? system.f_type == SYSFS_MAGIC : -errno;
}
