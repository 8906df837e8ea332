// Stores that bypass the caches. Included once per level, after narrow.h.

typedef uint16_t lanes2_u16 __attribute__((ext_vector_type(2 * LANES)));
typedef uint8_t lanes4_u8 __attribute__((ext_vector_type(4 * LANES)));

enum {
  /// Arrays that together take fewer bytes are left in the caches, where their reader finds them.
  STREAMING_BYTES = 32 << 20,
  CACHE_LINE = 64,
};

/// How many elements come before the first one from which stores bypass the caches; -1 where they should not, or where
/// elements do not lie at multiples of their size. `traffic`: bytes an element that are read and written.
INLINE ptrdiff_t streaming_start(const void *dst, ptrdiff_t bytes, ptrdiff_t count, ptrdiff_t traffic) {
#if defined(__x86_64__)
  const uintptr_t address = (uintptr_t)dst;
  if (count < STREAMING_BYTES / traffic || address % (uintptr_t)bytes) return -1;
  return (ptrdiff_t)(-address % CACHE_LINE) / bytes;
#else
  (void)dst, (void)bytes, (void)count, (void)traffic;
  return -1;
#endif
}

/// Orders the stores before whatever follows, as ordinary ones would be.
INLINE void end_streaming(void) {
#if defined(__x86_64__)
  __builtin_ia32_sfence();
#endif
}

/// Stores a vector, past the caches where `streams`: then at a multiple of its size.
#define STORE_WHOLE(streams, dst, value) \
  do { \
    if (streams) \
      __builtin_nontemporal_store(value, (__typeof__(value) *)(void *)(dst)); \
    else \
      __builtin_memcpy(dst, &(value), sizeof(value)); \
  } while (0)
