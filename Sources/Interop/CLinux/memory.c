#define _GNU_SOURCE
#include "clinux_memory.h"

#include <errno.h>
#include <linux/mempolicy.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/// The size of a huge page on x86-64 and, usually, AArch64.
#define HUGE_PAGE ((size_t)2 << 20)

void *clinux_map_memory(size_t byte_count) {
  void *address = mmap(NULL, byte_count, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (address == MAP_FAILED) return NULL;
  // A wish: where the system refuses, small pages serve. Weights that pass once an inference miss the TLB otherwise.
  if (byte_count >= HUGE_PAGE) (void)madvise(address, byte_count, MADV_HUGEPAGE);
  return address;
}

void clinux_unmap_memory(void *address, size_t byte_count) { munmap(address, byte_count); }

int clinux_advise_huge_pages(void *address, size_t byte_count) {
  return madvise(address, byte_count, MADV_HUGEPAGE) == 0 ? 0 : -errno;
}

/// Nodes that a mask has room for; kernels are built for 1,024 at the most.
enum { MAX_NODES = 4096, WORD_BITS = 8 * sizeof(unsigned long) };

int clinux_set_memory_policy(clinux_memory_policy policy, const int *nodes, int count) {
  unsigned long mask[MAX_NODES / WORD_BITS];
  memset(mask, 0, sizeof mask);
  int highest = -1;
  for (int i = 0; i < count; i++) {
    if (nodes[i] < 0 || nodes[i] >= MAX_NODES) return -EINVAL;
    mask[(size_t)nodes[i] / WORD_BITS] |= 1ul << ((size_t)nodes[i] % WORD_BITS);
    if (nodes[i] > highest) highest = nodes[i];
  }
  // The kernel reads one bit less than it is told.
  unsigned long bits = highest < 0 ? 0 : (unsigned long)highest + 2;
  int mode;
  switch (policy) {
  case CLINUX_MEMORY_LOCAL:
    mode = MPOL_LOCAL;
    bits = 0;
    break;
  case CLINUX_MEMORY_INTERLEAVE:
    mode = MPOL_INTERLEAVE;
    break;
  case CLINUX_MEMORY_BIND:
    mode = MPOL_BIND;
    break;
  default:
    return -EINVAL;
  }
  return syscall(SYS_set_mempolicy, mode, bits == 0 ? NULL : mask, bits) == 0 ? 0 : -errno;
}

int clinux_disable_huge_pages(void) { return prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0) == 0 ? 0 : -errno; }
