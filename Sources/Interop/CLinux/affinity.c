#define _GNU_SOURCE
#include "clinux_affinity.h"

#include <errno.h>
#include <sched.h>
#include <stddef.h>
#include <unistd.h>

/// No kernel is built for more CPUs than this; it bounds the search for the size of the kernel's mask.
enum { MAX_CPUS = 1 << 20 };

int clinux_get_affinity(int *cpus, int capacity) {
  // The kernel refuses a mask smaller than its own with EINVAL, and does not tell its size: grow until it fits.
  for (int limit = 1024; limit <= MAX_CPUS; limit *= 2) {
    cpu_set_t *set = CPU_ALLOC((size_t)limit);
    if (set == NULL) return -ENOMEM;
    size_t size = CPU_ALLOC_SIZE((size_t)limit);
    CPU_ZERO_S(size, set);
    if (sched_getaffinity(0, size, set) == 0) {
      int count = 0;
      for (int cpu = 0; cpu < limit; cpu++) {
        if (!CPU_ISSET_S((size_t)cpu, size, set)) continue;
        if (count < capacity) cpus[count] = cpu;
        count++;
      }
      CPU_FREE(set);
      return count;
    }
    int error = errno;
    CPU_FREE(set);
    if (error != EINVAL) return -error;
  }
  return -EINVAL;
}

int clinux_set_affinity(const int *cpus, int count) { return clinux_set_thread_affinity(0, cpus, count); }

int clinux_set_thread_affinity(int thread_id, const int *cpus, int count) {
  int highest = -1;
  for (int i = 0; i < count; i++) {
    if (cpus[i] < 0 || cpus[i] >= MAX_CPUS) return -EINVAL;
    if (cpus[i] > highest) highest = cpus[i];
  }
  if (highest < 0) return -EINVAL;
  cpu_set_t *set = CPU_ALLOC((size_t)highest + 1);
  if (set == NULL) return -ENOMEM;
  size_t size = CPU_ALLOC_SIZE((size_t)highest + 1);
  CPU_ZERO_S(size, set);
  for (int i = 0; i < count; i++) CPU_SET_S((size_t)cpus[i], size, set);
  int result = sched_setaffinity(thread_id, size, set) == 0 ? 0 : -errno;
  CPU_FREE(set);
  return result;
}

int clinux_current_cpu(void) { return sched_getcpu(); }

int clinux_thread_id(void) { return (int)gettid(); }
