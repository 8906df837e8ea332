#define _GNU_SOURCE
#include "clinux_memory.h"

#include <errno.h>
#include <sys/mman.h>

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
