// Quantisation and integer products. Sums wrap modulo 2^32 as the hardware's do: they are unsigned here.
#include "ckernels_general_quantized.h"
#include "levels.h"

#pragma STDC FP_CONTRACT OFF

enum {
  /// Results of one row summed at the same time.
  SPAN = 512
};

/// The nearest integer, ties to even, held to least ... greatest; `least` for NaN.
INLINE float rounded_between(float value, float zero, float least, float greatest) {
  float sum = __builtin_rintf(value) + zero;
  sum = sum > least ? sum : least;
  return sum < greatest ? sum : greatest;
}

#define DEFINE_QUANTIZE(SRC_SUFFIX, SRC, SUFFIX, TYPE, LEAST, GREATEST) \
  INLINE void quantize_##SRC_SUFFIX##_##SUFFIX( \
    const SRC *src, ptrdiff_t count, const float *scale, const TYPE *zero, ptrdiff_t step, TYPE *dst) { \
    if (step == 0) { \
      const float divisor = *scale, addend = zero ? *zero : 0; \
      for (ptrdiff_t i = 0; i < count; i++) { \
        dst[i] = (TYPE)(int32_t)rounded_between((float)src[i] / divisor, addend, LEAST, GREATEST); \
      } \
    } else { \
      for (ptrdiff_t i = 0; i < count; i++) { \
        const float addend = zero ? zero[i * step] : 0; \
        dst[i] = (TYPE)(int32_t)rounded_between((float)src[i] / scale[i * step], addend, LEAST, GREATEST); \
      } \
    } \
  } \
  FOR_ALL_LEVELS(quantize_##SRC_SUFFIX##_##SUFFIX, \
    (const SRC *src, ptrdiff_t count, const float *scale, const TYPE *zero, ptrdiff_t step, TYPE *dst), \
    (src, count, scale, zero, step, dst))

#define DEFINE_DEQUANTIZE(SUFFIX, TYPE) \
  INLINE void dequantize_##SUFFIX( \
    const TYPE *src, ptrdiff_t count, const float *scale, const TYPE *zero, ptrdiff_t step, float *dst) { \
    if (step == 0) { \
      const float factor = *scale; \
      const uint32_t offset = zero ? (uint32_t)(int32_t) * zero : 0; \
      for (ptrdiff_t i = 0; i < count; i++) dst[i] = (float)(int32_t)((uint32_t)(int32_t)src[i] - offset) * factor; \
    } else { \
      for (ptrdiff_t i = 0; i < count; i++) { \
        const uint32_t offset = zero ? (uint32_t)(int32_t)zero[i * step] : 0; \
        dst[i] = (float)(int32_t)((uint32_t)(int32_t)src[i] - offset) * scale[i * step]; \
      } \
    } \
  } \
  FOR_ALL_LEVELS(dequantize_##SUFFIX, \
    (const TYPE *src, ptrdiff_t count, const float *scale, const TYPE *zero, ptrdiff_t step, float *dst), \
    (src, count, scale, zero, step, dst))

#define DEFINE_FOR_TYPE(SUFFIX, TYPE, LEAST, GREATEST) \
  DEFINE_QUANTIZE(f32, float, SUFFIX, TYPE, LEAST, GREATEST) \
  DEFINE_QUANTIZE(s32, int32_t, SUFFIX, TYPE, LEAST, GREATEST) \
  DEFINE_DEQUANTIZE(SUFFIX, TYPE)

DEFINE_FOR_TYPE(u8, uint8_t, 0, UINT8_MAX)
DEFINE_FOR_TYPE(s8, int8_t, INT8_MIN, INT8_MAX)
DEFINE_FOR_TYPE(u16, uint16_t, 0, UINT16_MAX)
DEFINE_FOR_TYPE(s16, int16_t, INT16_MIN, INT16_MAX)
DEFINE_DEQUANTIZE(s32, int32_t)

void ckernels_dynamic_scale(float least, float greatest, float *scale, uint8_t *zero) {
  const float low = least < 0 ? least : 0, high = greatest > 0 ? greatest : 0;
  *scale = low == high ? 1 : (high - low) / 255;
  *zero = (uint8_t)rounded_between(0 - low / *scale, 0, 0, UINT8_MAX);
}

/// The integer that stands for 0.
INLINE int32_t offset_of(ckernels_byte_zero code, ptrdiff_t index) {
  return (code.zero ? code.zero[index * code.step] : 0) ^ code.flip;
}

INLINE void decode_bytes(const uint8_t *src, ptrdiff_t count, ckernels_byte_zero code, float *dst) {
  if (code.step == 0 || !code.zero) {
    const int32_t offset = offset_of(code, 0);
    for (ptrdiff_t i = 0; i < count; i++) dst[i] = (float)((src[i] ^ code.flip) - offset);
  } else {
    for (ptrdiff_t i = 0; i < count; i++) dst[i] = (float)((src[i] ^ code.flip) - offset_of(code, i));
  }
}

FOR_ALL_LEVELS(
  decode_bytes, (const uint8_t *src, ptrdiff_t count, ckernels_byte_zero code, float *dst), (src, count, code, dst))

INLINE void integer_row(const uint8_t *a, ckernels_byte_zero a_code, const uint8_t *b, ptrdiff_t b_row,
  ckernels_byte_zero b_code, int32_t *dst, ptrdiff_t n, ptrdiff_t k) {
  const int32_t a_offset = offset_of(a_code, 0);
  for (ptrdiff_t start = 0; start < n; start += SPAN) {
    const ptrdiff_t count = n - start < SPAN ? n - start : SPAN;
    // Sum a * (b - z) = sum a * b - z * sum a, also modulo 2^32.
    uint32_t sums[SPAN], total = 0;
    for (ptrdiff_t j = 0; j < count; j++) sums[j] = 0;
    for (ptrdiff_t p = 0; p < k; p++) {
      const int32_t factor = (a[p] ^ a_code.flip) - a_offset;
      const uint8_t *row = b + p * b_row + start;
      total += (uint32_t)factor;
      for (ptrdiff_t j = 0; j < count; j++) sums[j] += (uint32_t)(factor * (row[j] ^ b_code.flip));
    }
    for (ptrdiff_t j = 0; j < count; j++) {
      dst[start + j] = (int32_t)(sums[j] - total * (uint32_t)offset_of(b_code, start + j));
    }
  }
}

FOR_ALL_LEVELS(integer_row,
  (const uint8_t *a, ckernels_byte_zero a_code, const uint8_t *b, ptrdiff_t b_row, ckernels_byte_zero b_code,
    int32_t *sums, ptrdiff_t n, ptrdiff_t k),
  (a, a_code, b, b_row, b_code, sums, n, k))

INLINE void add_partial_sums(const float *partial, int32_t *sums, ptrdiff_t count, int first) {
  if (first) {
    for (ptrdiff_t i = 0; i < count; i++) sums[i] = (int32_t)partial[i];
  } else {
    for (ptrdiff_t i = 0; i < count; i++) sums[i] = (int32_t)((uint32_t)sums[i] + (uint32_t)(int32_t)partial[i]);
  }
}

FOR_ALL_LEVELS(
  add_partial_sums, (const float *partial, int32_t *sums, ptrdiff_t count, int first), (partial, sums, count, first))

#define DEFINE_REQUANTIZE(SUFFIX, TYPE, LEAST, GREATEST) \
  INLINE void requantize_##SUFFIX(const int32_t *sums, ptrdiff_t count, int32_t bias, float src_scale, \
    const float *scale, ptrdiff_t step, float dst_scale, TYPE zero, TYPE *dst) { \
    const float addend = zero; \
    if (step == 0) { \
      const float factor = src_scale * *scale / dst_scale; \
      for (ptrdiff_t i = 0; i < count; i++) { \
        const float sum = (float)(int32_t)((uint32_t)sums[i] + (uint32_t)bias); \
        dst[i] = (TYPE)(int32_t)rounded_between(sum * factor, addend, LEAST, GREATEST); \
      } \
    } else { \
      for (ptrdiff_t i = 0; i < count; i++) { \
        const float sum = (float)(int32_t)((uint32_t)sums[i] + (uint32_t)bias); \
        const float factor = src_scale * scale[i * step] / dst_scale; \
        dst[i] = (TYPE)(int32_t)rounded_between(sum * factor, addend, LEAST, GREATEST); \
      } \
    } \
  } \
  FOR_ALL_LEVELS(requantize_##SUFFIX, \
    (const int32_t *sums, ptrdiff_t count, int32_t bias, float src_scale, const float *scale, ptrdiff_t step, \
      float dst_scale, TYPE zero, TYPE *dst), \
    (sums, count, bias, src_scale, scale, step, dst_scale, zero, dst))

DEFINE_REQUANTIZE(u8, uint8_t, 0, UINT8_MAX)
DEFINE_REQUANTIZE(s8, int8_t, INT8_MIN, INT8_MAX)
