#define _GNU_SOURCE
#include "clinux_allocations.h"

#include <errno.h>
#include <stdatomic.h>
#include <stddef.h>
#include <unistd.h>

// Counting works by defining the allocator's entry points in the executable: the dynamic linker then resolves every
// library's calls (the Swift runtime, libstdc++, OpenBLAS, glibc's own strdup and friends) to these definitions, which
// forward to glibc under the names that it exports for this purpose. `free` stays glibc's.

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#define CLINUX_FOREIGN_ALLOCATOR 1
#endif
#endif

#if defined(__GLIBC__) && !defined(CLINUX_FOREIGN_ALLOCATOR)

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *pointer, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);
extern void *__libc_valloc(size_t size);
extern void *__libc_pvalloc(size_t size);

/// Alone on its cache lines, so that counting does not slow neighbours down.
static struct {
  _Alignas(128) atomic_int_fast64_t count;
} calls;

static _Thread_local int64_t calls_of_thread;

static inline void count_call(void) {
  atomic_fetch_add_explicit(&calls.count, 1, memory_order_relaxed);
  calls_of_thread += 1;
}

static inline int is_power_of_two(size_t value) { return value != 0 && (value & (value - 1)) == 0; }

void *malloc(size_t size) {
  count_call();
  return __libc_malloc(size);
}

void *calloc(size_t count, size_t size) {
  count_call();
  return __libc_calloc(count, size);
}

void *realloc(void *pointer, size_t size) {
  count_call();
  return __libc_realloc(pointer, size);
}

void *reallocarray(void *pointer, size_t count, size_t size) {
  count_call();
  size_t bytes;
  if (__builtin_mul_overflow(count, size, &bytes)) {
    errno = ENOMEM;
    return NULL;
  }
  return __libc_realloc(pointer, bytes);
}

void *memalign(size_t alignment, size_t size) {
  count_call();
  return __libc_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
  count_call();
  if (!is_power_of_two(alignment)) {
    errno = EINVAL;
    return NULL;
  }
  return __libc_memalign(alignment, size);
}

int posix_memalign(void **result, size_t alignment, size_t size) {
  count_call();
  if (!is_power_of_two(alignment) || alignment % sizeof(void *) != 0) return EINVAL;
  // POSIX: the error is returned, and neither errno nor *result changes.
  int saved = errno;
  void *address = __libc_memalign(alignment, size);
  errno = saved;
  if (address == NULL) return ENOMEM;
  *result = address;
  return 0;
}

void *valloc(size_t size) {
  count_call();
  return __libc_valloc(size);
}

void *pvalloc(size_t size) {
  count_call();
  return __libc_pvalloc(size);
}

int64_t clinux_allocation_count(void) { return (int64_t)atomic_load_explicit(&calls.count, memory_order_relaxed); }

int64_t clinux_thread_allocation_count(void) { return calls_of_thread; }

#else

int64_t clinux_allocation_count(void) { return -1; }

int64_t clinux_thread_allocation_count(void) { return -1; }

#endif
