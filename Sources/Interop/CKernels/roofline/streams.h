// The stream loops for vectors of VECTOR_BYTES; included once per width. NAME(x) names what is defined here.
// Blocks of 8 vectors keep the loop's own instructions out of the way.

typedef uint32_t NAME(words) __attribute__((vector_size(VECTOR_BYTES)));
typedef float NAME(floats) __attribute__((vector_size(VECTOR_BYTES)));
enum { NAME(lanes) = VECTOR_BYTES / 4, NAME(block) = 8 * VECTOR_BYTES };

/// Ends a pass: what was stored may be read by anybody, and what is read next may have changed.
#define END_PASS __asm__ volatile("" ::: "memory")

TARGET static uint32_t NAME(read)(void *a, const void *b, const void *c, ptrdiff_t bytes, int64_t passes) {
  (void)b;
  (void)c;
  NAME(words) sums[8] = {{0}};
  for (int64_t pass = 0; pass < passes; pass++) {
    const NAME(words) *src = a;
    for (ptrdiff_t i = 0; i < bytes; i += NAME(block), src += 8) {
#pragma clang loop unroll(full)
      for (int j = 0; j < 8; j++) sums[j] += src[j];
    }
    END_PASS;
  }
  uint32_t total = 0;
  for (int j = 0; j < 8; j++) {
    for (int lane = 0; lane < NAME(lanes); lane++) total += sums[j][lane];
  }
  return total;
}

#define WRITE_LOOP(FUNCTION, STORE) \
  TARGET static uint32_t NAME(FUNCTION)(void *a, const void *b, const void *c, ptrdiff_t bytes, int64_t passes) { \
    (void)b; \
    (void)c; \
    NAME(words) value; \
    for (int lane = 0; lane < NAME(lanes); lane++) value[lane] = (uint32_t)lane; \
    for (int64_t pass = 0; pass < passes; pass++) { \
      NAME(words) *dst = a; \
      for (ptrdiff_t i = 0; i < bytes; i += NAME(block), dst += 8) { \
        value += 1; \
        _Pragma("clang loop unroll(full)") for (int j = 0; j < 8; j++) STORE(dst + j, value); \
      } \
      END_PASS; \
    } \
    return value[0]; \
  }

#define COPY_LOOP(FUNCTION, STORE) \
  TARGET static uint32_t NAME(FUNCTION)(void *a, const void *b, const void *c, ptrdiff_t bytes, int64_t passes) { \
    (void)c; \
    for (int64_t pass = 0; pass < passes; pass++) { \
      NAME(words) *restrict dst = a; \
      const NAME(words) *restrict src = b; \
      for (ptrdiff_t i = 0; i < bytes; i += NAME(block), dst += 8, src += 8) { \
        _Pragma("clang loop unroll(full)") for (int j = 0; j < 8; j++) STORE(dst + j, src[j]); \
      } \
      END_PASS; \
    } \
    return bytes == 0 ? 0 : ((const uint32_t *)a)[bytes / 4 - 1]; \
  }

#define TRIAD_LOOP(FUNCTION, STORE) \
  TARGET static uint32_t NAME(FUNCTION)(void *a, const void *b, const void *c, ptrdiff_t bytes, int64_t passes) { \
    for (int64_t pass = 0; pass < passes; pass++) { \
      NAME(floats) *restrict dst = a; \
      const NAME(floats) *restrict first = b, *restrict second = c; \
      for (ptrdiff_t i = 0; i < bytes; i += NAME(block), dst += 8, first += 8, second += 8) { \
        _Pragma("clang loop unroll(full)") for (int j = 0; j < 8; j++) \
          STORE(dst + j, MULTIPLY_ADD(first[j], second[j])); \
      } \
      END_PASS; \
    } \
    return bytes == 0 ? 0 : ((const uint32_t *)a)[bytes / 4 - 1]; \
  }

#define STORE_CACHED(ADDRESS, VALUE) (*(ADDRESS) = (VALUE))
#define STORE_AROUND(ADDRESS, VALUE) __builtin_nontemporal_store(VALUE, ADDRESS)

WRITE_LOOP(write, STORE_CACHED)
COPY_LOOP(copy, STORE_CACHED)
TRIAD_LOOP(triad, STORE_CACHED)
WRITE_LOOP(write_around, STORE_AROUND)
COPY_LOOP(copy_around, STORE_AROUND)
TRIAD_LOOP(triad_around, STORE_AROUND)

#undef END_PASS
#undef WRITE_LOOP
#undef COPY_LOOP
#undef TRIAD_LOOP
#undef STORE_CACHED
#undef STORE_AROUND
