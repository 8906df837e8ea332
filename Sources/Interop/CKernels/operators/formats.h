// Rounding to the storage formats; bit for bit what ckernels_reference_format does.

/// Nearest BF16, ties to even, by integer arithmetic on the bits: subnormals are kept, too large becomes infinity,
/// NaN is quieted.
INLINE lanes_f32 round_to_bf16(lanes_f32 value) {
  const lanes_u32 bits = bits_of(value);
  const lanes_u32 rounded = bits + 0x7fffu + (bits >> 16 & 1u);
  const lanes_u32 quiet = bits | 0x00400000u;
  return from_bits((value != value ? quiet : rounded) & 0xffff0000u);
}

/// clamp(rne(value * reciprocal), low, high) for integers |low|, |high| < 2^22; NaN stays NaN, zero is +0.
///
/// Clamping before rounding gives the same, because the bounds are integers, and lets the rounding be the addition of
/// 1.5 * 2^23, which every level has.
INLINE lanes_f32 round_to_integer(lanes_f32 value, float reciprocal, float low, float high) {
  const lanes_f32 rounder = 12582912.0f;
  const lanes_f32 clamped = at_most(at_least(value * reciprocal, (lanes_f32)low), (lanes_f32)high);
  return clamped + rounder - rounder;
}

/// The greatest magnitude of an s8 format.
INLINE float s8_bound(ckernels_format format) { return format.zero_point ? (float)format.zero_point : 127.0f; }

/// dst[i] = format(src[i]); dst may be src.
static void convert(ckernels_format format, const float *src, float *dst, ptrdiff_t count) {
  float low = 0, high = 0;
  switch (format.kind) {
  case CKERNELS_FORMAT_FP32:
    if (dst != src) copy(dst, src, count);
    return;
  case CKERNELS_FORMAT_BF16:
    for (ptrdiff_t i = 0; i < count; i += LANES) {
      store_up_to(dst + i, round_to_bf16(load_up_to(src + i, count - i)), count - i);
    }
    return;
  case CKERNELS_FORMAT_U8:
    low = (float)-format.zero_point;
    high = (float)(255 - format.zero_point);
    break;
  case CKERNELS_FORMAT_S8:
    high = s8_bound(format);
    low = -high;
    break;
  }
  const float reciprocal = 1.0f / format.scale;
  for (ptrdiff_t i = 0; i < count; i += LANES) {
    const lanes_f32 value = load_up_to(src + i, count - i);
    store_up_to(dst + i, round_to_integer(value, reciprocal, low, high), count - i);
  }
}

/// Rounds in place what a kernel has just written.
INLINE void round_in_place(ckernels_format format, float *values, ptrdiff_t count) {
  if (format.kind != CKERNELS_FORMAT_FP32) convert(format, values, values, count);
}
