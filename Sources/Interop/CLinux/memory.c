#define _GNU_SOURCE
#include "clinux_memory.h"

#include <sys/mman.h>

void *clinux_map_memory(size_t byte_count) {
  void *address = mmap(NULL, byte_count, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return address == MAP_FAILED ? NULL : address;
}

void clinux_unmap_memory(void *address, size_t byte_count) { munmap(address, byte_count); }
