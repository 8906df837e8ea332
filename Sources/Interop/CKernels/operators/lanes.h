// Vectors of LANES floats and the few operations on them that the languages' own operators do not give.
//
// Included once per instruction-set level, after LANES is defined and inside that level's target attribute. Everything
// is inlined, so no function that takes a vector is ever called across levels.

#define INLINE static inline __attribute__((always_inline))

typedef float lanes_f32 __attribute__((ext_vector_type(LANES)));
/// Never a parameter: without AVX-512 it is wider than a register and has no ABI.
typedef double lanes_f64 __attribute__((ext_vector_type(LANES)));
typedef int32_t lanes_s32 __attribute__((ext_vector_type(LANES)));
typedef uint32_t lanes_u32 __attribute__((ext_vector_type(LANES)));

INLINE ptrdiff_t smaller(ptrdiff_t a, ptrdiff_t b) { return a < b ? a : b; }
INLINE ptrdiff_t larger(ptrdiff_t a, ptrdiff_t b) { return a > b ? a : b; }

INLINE lanes_f32 load(const void *src) {
  lanes_f32 value;
  __builtin_memcpy(&value, src, sizeof value);
  return value;
}

INLINE void store(void *dst, lanes_f32 value) { __builtin_memcpy(dst, &value, sizeof value); }

INLINE lanes_u32 bits_of(lanes_f32 value) { return (lanes_u32)value; }
INLINE lanes_f32 from_bits(lanes_u32 bits) { return (lanes_f32)bits; }

/// 0, 1, 2, ...; shuffled out of two vectors, every second lane; and the same where the second vector begins one
/// element early.
#if LANES == 16
#define LANE_INDICES 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
#define EVEN_INDICES 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30
#define EVEN_INDICES_EARLY 0, 2, 4, 6, 8, 10, 12, 14, 17, 19, 21, 23, 25, 27, 29, 31
#elif LANES == 8
#define LANE_INDICES 0, 1, 2, 3, 4, 5, 6, 7
#define EVEN_INDICES 0, 2, 4, 6, 8, 10, 12, 14
#define EVEN_INDICES_EARLY 0, 2, 4, 6, 9, 11, 13, 15
#else
#define LANE_INDICES 0, 1, 2, 3
#define EVEN_INDICES 0, 2, 4, 6
#define EVEN_INDICES_EARLY 0, 2, 5, 7
#endif

/// All ones in the first `count` lanes.
INLINE lanes_s32 first_lanes(ptrdiff_t count) {
  const lanes_s32 indices = {LANE_INDICES};
  return indices < (lanes_s32)(int32_t)smaller(count, LANES);
}

/// The first `count` (0 to LANES) elements, then zeros; touches no memory beyond them.
INLINE lanes_f32 load_part(const void *src, ptrdiff_t count) {
#if LANES == 16
  return (lanes_f32)_mm512_maskz_loadu_ps((__mmask16)((1u << count) - 1), src);
#elif LANES == 8
  return (lanes_f32)_mm256_maskload_ps(src, (__m256i)first_lanes(count));
#else
  if (count >= LANES) return load(src);
  float parts[LANES] = {0};
  if (count > 0) __builtin_memcpy(parts, src, 4);
  if (count > 1) __builtin_memcpy(parts + 1, (const char *)src + 4, 4);
  if (count > 2) __builtin_memcpy(parts + 2, (const char *)src + 8, 4);
  return load(parts);
#endif
}

/// Stores the first `count` (0 to LANES) elements; touches no memory beyond them.
INLINE void store_part(void *dst, lanes_f32 value, ptrdiff_t count) {
#if LANES == 16
  _mm512_mask_storeu_ps(dst, (__mmask16)((1u << count) - 1), (__m512)value);
#elif LANES == 8
  _mm256_maskstore_ps(dst, (__m256i)first_lanes(count), (__m256)value);
#else
  if (count >= LANES) {
    store(dst, value);
    return;
  }
  float parts[LANES];
  store(parts, value);
  if (count > 0) __builtin_memcpy(dst, parts, 4);
  if (count > 1) __builtin_memcpy((char *)dst + 4, parts + 1, 4);
  if (count > 2) __builtin_memcpy((char *)dst + 8, parts + 2, 4);
#endif
}

/// As many elements as there are, at most LANES; then zeros.
INLINE lanes_f32 load_up_to(const void *src, ptrdiff_t count) {
  return count >= LANES ? load(src) : load_part(src, count);
}

INLINE void store_up_to(void *dst, lanes_f32 value, ptrdiff_t count) {
  if (count >= LANES) {
    store(dst, value);
  } else {
    store_part(dst, value, count);
  }
}

/// Up to `count` elements src[0], src[2], src[4], ...; touches nothing beyond the last of them.
INLINE lanes_f32 load_even(const float *src, ptrdiff_t count) {
  // The last element wanted is src[2 * LANES - 2]: a second vector that ends there reads nothing beyond it.
  if (count >= LANES) return __builtin_shufflevector(load(src), load(src + LANES - 1), EVEN_INDICES_EARLY);
  const ptrdiff_t span = larger(2 * count - 1, 0);
  const lanes_f32 high = load_part(src + LANES, larger(span - LANES, 0));
  return __builtin_shufflevector(load_up_to(src, span), high, EVEN_INDICES);
}

/// Up to `count` elements that are `stride` apart.
INLINE lanes_f32 load_strided(const float *src, ptrdiff_t stride, ptrdiff_t count) {
  if (stride == 1) return load_up_to(src, count);
  if (stride == 2) return load_even(src, count);
  float parts[LANES] = {0};
  for (ptrdiff_t i = 0; i < smaller(count, LANES); i++) parts[i] = src[i * stride];
  return load(parts);
}

/// a * b + c, in one rounding where the level has the instruction.
INLINE lanes_f32 multiply_add(lanes_f32 a, lanes_f32 b, lanes_f32 c) {
#if LANES > 4
  return __builtin_elementwise_fma(a, b, c);
#else
  return a * b + c;
#endif
}

/// The greater; `value` where either is NaN.
INLINE lanes_f32 at_least(lanes_f32 value, lanes_f32 bound) { return value < bound ? bound : value; }
/// The lesser; `value` where either is NaN.
INLINE lanes_f32 at_most(lanes_f32 value, lanes_f32 bound) { return value > bound ? bound : value; }

/// Folds a vector into one lane: halves, quarters, ... joined pairwise with JOIN.
#if LANES == 16
#define FOLD(value, JOIN) \
  const __auto_type half = JOIN((value).lo, (value).hi); \
  const __auto_type quarter = JOIN(half.lo, half.hi); \
  const __auto_type pair = JOIN(quarter.lo, quarter.hi); \
  return JOIN(pair.x, pair.y)
#elif LANES == 8
#define FOLD(value, JOIN) \
  const __auto_type quarter = JOIN((value).lo, (value).hi); \
  const __auto_type pair = JOIN(quarter.lo, quarter.hi); \
  return JOIN(pair.x, pair.y)
#else
#define FOLD(value, JOIN) \
  const __auto_type pair = JOIN((value).lo, (value).hi); \
  return JOIN(pair.x, pair.y)
#endif
#define ADDED(a, b) ((a) + (b))

INLINE float sum_of(lanes_f32 value) { FOLD(value, ADDED); }

/// The greatest and the least lane; no lane may be NaN.
INLINE float greatest_of(lanes_f32 value) { FOLD(value, __builtin_elementwise_max); }
INLINE float least_of(lanes_f32 value) { FOLD(value, __builtin_elementwise_min); }

/// Copies `count` floats; the ranges do not overlap.
INLINE void copy(float *dst, const float *src, ptrdiff_t count) {
  ptrdiff_t i = 0;
  for (; i + 4 * LANES <= count; i += 4 * LANES) {
    const lanes_f32 a = load(src + i), b = load(src + i + LANES);
    const lanes_f32 c = load(src + i + 2 * LANES), d = load(src + i + 3 * LANES);
    store(dst + i, a);
    store(dst + i + LANES, b);
    store(dst + i + 2 * LANES, c);
    store(dst + i + 3 * LANES, d);
  }
  for (; i < count; i += LANES) store_up_to(dst + i, load_up_to(src + i, count - i), count - i);
}

INLINE void fill(float *dst, float value, ptrdiff_t count) {
  for (ptrdiff_t i = 0; i < count; i += LANES) store_up_to(dst + i, (lanes_f32)value, count - i);
}
