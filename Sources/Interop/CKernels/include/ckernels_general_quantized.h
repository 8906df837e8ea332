#pragma once
#include "ckernels_general_windows.h"

/// dst[i] = saturate(rne(src[i] / scale[i * step]) + zero[i * step]); `zero` NULL is 0. A quotient that is no number
/// gives the least value.
void ckernels_quantize_f32_u8(ckernels_isa isa, const float *src, ptrdiff_t count, const float *scale,
  const uint8_t *zero, ptrdiff_t step, uint8_t *dst);
void ckernels_quantize_f32_s8(ckernels_isa isa, const float *src, ptrdiff_t count, const float *scale,
  const int8_t *zero, ptrdiff_t step, int8_t *dst);
void ckernels_quantize_f32_u16(ckernels_isa isa, const float *src, ptrdiff_t count, const float *scale,
  const uint16_t *zero, ptrdiff_t step, uint16_t *dst);
void ckernels_quantize_f32_s16(ckernels_isa isa, const float *src, ptrdiff_t count, const float *scale,
  const int16_t *zero, ptrdiff_t step, int16_t *dst);
/// The same of integers, which become FP32 first.
void ckernels_quantize_s32_u8(ckernels_isa isa, const int32_t *src, ptrdiff_t count, const float *scale,
  const uint8_t *zero, ptrdiff_t step, uint8_t *dst);
void ckernels_quantize_s32_s8(ckernels_isa isa, const int32_t *src, ptrdiff_t count, const float *scale,
  const int8_t *zero, ptrdiff_t step, int8_t *dst);
void ckernels_quantize_s32_u16(ckernels_isa isa, const int32_t *src, ptrdiff_t count, const float *scale,
  const uint16_t *zero, ptrdiff_t step, uint16_t *dst);
void ckernels_quantize_s32_s16(ckernels_isa isa, const int32_t *src, ptrdiff_t count, const float *scale,
  const int16_t *zero, ptrdiff_t step, int16_t *dst);

/// dst[i] = (src[i] - zero[i * step]) * scale[i * step]; the difference modulo 2^32, `zero` NULL is 0.
void ckernels_dequantize_u8(ckernels_isa isa, const uint8_t *src, ptrdiff_t count, const float *scale,
  const uint8_t *zero, ptrdiff_t step, float *dst);
void ckernels_dequantize_s8(ckernels_isa isa, const int8_t *src, ptrdiff_t count, const float *scale,
  const int8_t *zero, ptrdiff_t step, float *dst);
void ckernels_dequantize_u16(ckernels_isa isa, const uint16_t *src, ptrdiff_t count, const float *scale,
  const uint16_t *zero, ptrdiff_t step, float *dst);
void ckernels_dequantize_s16(ckernels_isa isa, const int16_t *src, ptrdiff_t count, const float *scale,
  const int16_t *zero, ptrdiff_t step, float *dst);
void ckernels_dequantize_s32(ckernels_isa isa, const int32_t *src, ptrdiff_t count, const float *scale,
  const int32_t *zero, ptrdiff_t step, float *dst);

/// The scale and zero point that u8 needs for `least` ... `greatest` and 0; scale 1 where both are 0.
void ckernels_dynamic_scale(float least, float greatest, float *scale, uint8_t *zero);

/// Bytes that stand for integers: element i is (byte ^ flip) - (zero[i * step] ^ flip), flip being 0x80 for s8 and 0
/// for u8. `zero` NULL is 0.
typedef struct ckernels_byte_zero {
  const uint8_t *zero;
  ptrdiff_t step;
  uint8_t flip;
} ckernels_byte_zero;

/// dst[i] = the integer that src[i] stands for.
void ckernels_decode_bytes(ckernels_isa isa, const uint8_t *src, ptrdiff_t count, ckernels_byte_zero code, float *dst);

/// sums (n) = a (k) times b (k, n), rows of b b_row apart, modulo 2^32; the code of a has step 0, that of b is by
/// column.
void ckernels_integer_row(ckernels_isa isa, const uint8_t *a, ckernels_byte_zero a_code, const uint8_t *b,
  ptrdiff_t b_row, ckernels_byte_zero b_code, int32_t *sums, ptrdiff_t n, ptrdiff_t k);

/// sums[i] += partial[i], or = where `first`; partial holds integers of magnitude at most 2^24. Modulo 2^32.
void ckernels_add_partial_sums(ckernels_isa isa, const float *partial, int32_t *sums, ptrdiff_t count, int first);

/// dst[i] = saturate(rne(float(sums[i] + bias) * (src_scale * scale[i * step] / dst_scale)) + zero).
void ckernels_requantize_u8(ckernels_isa isa, const int32_t *sums, ptrdiff_t count, int32_t bias, float src_scale,
  const float *scale, ptrdiff_t step, float dst_scale, uint8_t zero, uint8_t *dst);
void ckernels_requantize_s8(ckernels_isa isa, const int32_t *sums, ptrdiff_t count, int32_t bias, float src_scale,
  const float *scale, ptrdiff_t step, float dst_scale, int8_t zero, int8_t *dst);
