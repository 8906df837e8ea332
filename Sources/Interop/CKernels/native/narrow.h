// Vectors of one- and two-byte elements in memory. Included once per level, after the operators' lanes.h.

typedef uint8_t lanes_u8 __attribute__((ext_vector_type(LANES)));
typedef int8_t lanes_s8 __attribute__((ext_vector_type(LANES)));
typedef uint16_t lanes_u16 __attribute__((ext_vector_type(LANES)));

/// As many elements as there are, at most LANES; then zeros. Touches nothing beyond them.
INLINE lanes_u16 load_halves(const void *src, ptrdiff_t count) {
  lanes_u16 value;
  if (count >= LANES) {
    __builtin_memcpy(&value, src, sizeof value);
    return value;
  }
#if LANES == 16
  return (lanes_u16)_mm256_maskz_loadu_epi16((__mmask16)((1u << count) - 1), src);
#else
  value = (lanes_u16)0;
  __builtin_memcpy(&value, src, (size_t)count * 2);
  return value;
#endif
}

INLINE lanes_u8 load_bytes(const void *src, ptrdiff_t count) {
  lanes_u8 value;
  if (count >= LANES) {
    __builtin_memcpy(&value, src, sizeof value);
    return value;
  }
#if LANES == 16
  return (lanes_u8)_mm_maskz_loadu_epi8((__mmask16)((1u << count) - 1), src);
#else
  value = (lanes_u8)0;
  __builtin_memcpy(&value, src, (size_t)count);
  return value;
#endif
}

INLINE void store_halves(void *dst, lanes_u16 value, ptrdiff_t count) {
  if (count >= LANES) {
    __builtin_memcpy(dst, &value, sizeof value);
    return;
  }
#if LANES == 16
  _mm256_mask_storeu_epi16(dst, (__mmask16)((1u << count) - 1), (__m256i)value);
#else
  __builtin_memcpy(dst, &value, (size_t)count * 2);
#endif
}

INLINE void store_bytes(void *dst, lanes_u8 value, ptrdiff_t count) {
  if (count >= LANES) {
    __builtin_memcpy(dst, &value, sizeof value);
    return;
  }
#if LANES == 16
  _mm_mask_storeu_epi8(dst, (__mmask16)((1u << count) - 1), (__m128i)value);
#else
  __builtin_memcpy(dst, &value, (size_t)count);
#endif
}
