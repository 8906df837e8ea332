#define _GNU_SOURCE
#include "clinux_perf.h"

#include <errno.h>
#include <linux/perf_event.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

int clinux_perf_open(uint32_t type, uint64_t config, int cpu) {
  struct perf_event_attr event;
  memset(&event, 0, sizeof event);
  event.size = sizeof event;
  event.type = type;
  event.config = config;
  long counter = syscall(SYS_perf_event_open, &event, (pid_t)-1, cpu, -1, PERF_FLAG_FD_CLOEXEC);
  return counter < 0 ? -errno : (int)counter;
}

int clinux_perf_read(int counter, uint64_t *value) {
  ssize_t got;
  do {
    got = read(counter, value, sizeof *value);
  } while (got < 0 && errno == EINTR);
  if (got < 0) return -errno;
  return got == (ssize_t)sizeof *value ? 0 : -ENODATA;
}
