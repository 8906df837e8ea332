#define _GNU_SOURCE
#include "clinux_process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

int64_t clinux_peak_resident_bytes(void) {
  int file = open("/proc/self/status", O_RDONLY | O_CLOEXEC);
  if (file < 0) return -errno;
  // The file is about 1.5 kB, and more where the CPU lists are long; VmHWM stands in its first third.
  char text[8192];
  size_t length = 0;
  while (length < sizeof text - 1) {
    ssize_t got = read(file, text + length, sizeof text - 1 - length);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    length += (size_t)got;
  }
  close(file);
  text[length] = '\0';
  const char *line = strstr(text, "\nVmHWM:");
  if (line == NULL) return -ENODATA;
  return (int64_t)strtoll(line + strlen("\nVmHWM:"), NULL, 10) * 1024;
}

int64_t clinux_involuntary_switches(void) {
  struct rusage usage;
  return getrusage(RUSAGE_SELF, &usage) == 0 ? (int64_t)usage.ru_nivcsw : -errno;
}

int64_t clinux_minor_faults(void) {
  struct rusage usage;
  return getrusage(RUSAGE_SELF, &usage) == 0 ? (int64_t)usage.ru_minflt : -errno;
}

int clinux_die_with_parent(void) { return prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 ? 0 : -errno; }

int clinux_allow_tiles(void) {
#if defined(__x86_64__)
  // arch_prctl has no wrapper; the numbers are those of the kernel's asm/prctl.h and asm/fpu/types.h.
  enum { ASK_FOR_COMPONENT = 0x1023, TILE_DATA = 18 };
  return syscall(SYS_arch_prctl, ASK_FOR_COMPONENT, TILE_DATA) == 0 ? 0 : -errno;
#else
  return -ENOSYS;
#endif
}
