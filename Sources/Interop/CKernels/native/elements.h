// Elements of native storage as vectors of floats, and back: what all native kernels read and write with. Included once
// per level, after the operators' lanes.h, formats.h and bounds.h, and after narrow.h.

INLINE const void *element_at(ckernels_format_kind kind, const void *base, ptrdiff_t index) {
  return (const char *)base + index * ckernels_format_bytes(kind);
}

INLINE void *mutable_element_at(ckernels_format_kind kind, void *base, ptrdiff_t index) {
  return (char *)base + index * ckernels_format_bytes(kind);
}

/// BF16 values as floats.
INLINE lanes_f32 from_bf16(lanes_u16 bits) { return from_bits(__builtin_convertvector(bits, lanes_u32) << 16); }

/// Up to `count` stored values as floats: integers less their zero point, not scaled. Lanes beyond hold anything.
INLINE lanes_f32 load_stored(ckernels_format_kind kind, int32_t zero_point, const void *src, ptrdiff_t count) {
  switch (kind) {
  case CKERNELS_FORMAT_FP32:
    break;
  case CKERNELS_FORMAT_BF16:
    return from_bf16(load_halves(src, count));
  case CKERNELS_FORMAT_U8: {
    const lanes_s32 integer = __builtin_convertvector(load_bytes(src, count), lanes_s32);
    return __builtin_convertvector(integer - zero_point, lanes_f32);
  }
  case CKERNELS_FORMAT_S8:
    return __builtin_convertvector(__builtin_convertvector((lanes_s8)load_bytes(src, count), lanes_s32), lanes_f32);
  }
  return load_up_to(src, count);
}

/// The factor from stored to real values; 1 for floats.
INLINE float real_scale(ckernels_format format) { return format.kind < CKERNELS_FORMAT_U8 ? 1.0f : format.scale; }

/// Up to `count` real values from element `index` on. `kind` is that of the format; a constant makes it fast.
INLINE lanes_f32 load_real(
  ckernels_format_kind kind, ckernels_format format, const void *src, ptrdiff_t index, ptrdiff_t count) {
  const lanes_f32 stored = load_stored(kind, format.zero_point, element_at(kind, src, index), count);
  return kind < CKERNELS_FORMAT_U8 ? stored : stored * format.scale;
}

/// How real values become elements of a format, within the bounds of an activation.
typedef struct element_rounding {
  ckernels_format_kind kind;
  /// 1 / scale.
  float reciprocal;
  /// Bounds of the integer without its zero point.
  float low, high;
  int32_t zero_point;
} element_rounding;

INLINE float clamped(float value, float low, float high) { return value < low ? low : value > high ? high : value; }

/// The ceiling wins where the bounds cross. Scaling them is as good as scaling what they bound: products with one
/// positive factor are rounded in order.
INLINE element_rounding rounding_within(ckernels_format format, activation_bounds bounds) {
  const int is_unsigned = format.kind == CKERNELS_FORMAT_U8;
  const int32_t zero_point = is_unsigned ? format.zero_point : 0;
  const float reciprocal = 1.0f / format.scale;
  const float least = is_unsigned ? (float)-zero_point : -s8_bound(format);
  const float greatest = is_unsigned ? (float)(255 - zero_point) : s8_bound(format);
  const float high = clamped(bounds.ceiling * reciprocal, least, greatest);
  const float low = clamped(bounds.floor * reciprocal, least, high);
  return (element_rounding){format.kind, reciprocal, low, high, zero_point};
}

INLINE element_rounding rounding_to(ckernels_format format) { return rounding_within(format, no_bounds); }

/// The integers of real values, zero point included, in each lane's low byte; the least for NaN.
INLINE lanes_u32 integers_of(element_rounding rounding, lanes_f32 value) {
  const lanes_f32 scaled = value * rounding.reciprocal, low = rounding.low;
  // The comparison sends NaN to the lower bound. The low bits of the sum with 1.5 * 2^23 are the rounded integer.
  const lanes_f32 bounded = at_most(scaled > low ? scaled : low, (lanes_f32)rounding.high);
  return bits_of(bounded + 12582912.0f) + (uint32_t)rounding.zero_point;
}

/// Stores the low bytes of up to `count` integers.
INLINE void store_integers(void *dst, lanes_u32 integers, ptrdiff_t count) {
  store_bytes(dst, __builtin_convertvector(integers & 255u, lanes_u8), count);
}

/// The bits of the nearest BF16 values.
INLINE lanes_u16 bf16_bits(lanes_f32 value) {
#ifdef HAS_BF16_CONVERSION
  // Subnormals become zeros, as they do where the products read them.
  return (lanes_u16)_mm512_cvtneps_pbh((__m512)value);
#else
  return __builtin_convertvector(bits_of(round_to_bf16(value)) >> 16, lanes_u16);
#endif
}

/// Rounds up to `count` real values and stores them natively. `kind` is that of the rounding.
INLINE void store_native(
  ckernels_format_kind kind, element_rounding rounding, void *dst, lanes_f32 value, ptrdiff_t count) {
  switch (kind) {
  case CKERNELS_FORMAT_FP32:
    store_up_to(dst, value, count);
    return;
  case CKERNELS_FORMAT_BF16:
    store_halves(dst, bf16_bits(value), count);
    return;
  case CKERNELS_FORMAT_U8:
  case CKERNELS_FORMAT_S8:
    store_integers(dst, integers_of(rounding, value), count);
    return;
  }
}

#if LANES == 16
/// The integers of 16 real values, not yet within 8 bits below unless `raises`. NaN becomes the least number.
INLINE __m512i wide_integers_of(element_rounding rounding, const int raises, lanes_f32 value) {
  // Of two operands one of which is NaN these instructions return the second.
  __m512 scaled = _mm512_min_ps(_mm512_set1_ps(rounding.high), (__m512)(value * rounding.reciprocal));
  if (raises) scaled = _mm512_max_ps(scaled, _mm512_set1_ps(rounding.low));
  return _mm512_add_epi32(_mm512_cvtps_epi32(scaled), _mm512_set1_epi32(rounding.zero_point));
}

/// Stores 64 integers that are 16 to a vector: two rounds of packing and a permutation instead of four narrowings.
INLINE void store_64_integers(const int is_unsigned, void *dst, const __m512i integers[4]) {
  const __m512i ab = _mm512_packs_epi32(integers[0], integers[1]), cd = _mm512_packs_epi32(integers[2], integers[3]);
  const __m512i order = _mm512_setr_epi32(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
  const __m512i bytes = is_unsigned ? _mm512_packus_epi16(ab, cd) : _mm512_packs_epi16(ab, cd);
  _mm512_storeu_si512(dst, _mm512_permutexvar_epi32(order, bytes));
}

/// Rounds 64 real values to 8 bits and stores them.
INLINE void store_64_bytes(element_rounding rounding, void *dst, const lanes_f32 values[4]) {
  __m512i integers[4];
  for (int n = 0; n < 4; n++) integers[n] = wide_integers_of(rounding, 1, values[n]);
  store_64_integers(rounding.kind == CKERNELS_FORMAT_U8, dst, integers);
}
#endif

/// Real values, rounded and stored natively, from element `begin` on.
INLINE void store_some(ckernels_format_kind kind, element_rounding rounding, void *dst, const float *values,
  ptrdiff_t begin, ptrdiff_t count) {
  for (ptrdiff_t i = begin; i < count; i += LANES) {
    store_native(kind, rounding, mutable_element_at(kind, dst, i), load_up_to(values + i, count - i), count - i);
  }
}

/// `count` real values, rounded and stored natively.
INLINE void store_span(element_rounding rounding, void *dst, const float *values, ptrdiff_t count) {
  switch (rounding.kind) {
  case CKERNELS_FORMAT_FP32:
    return store_some(CKERNELS_FORMAT_FP32, rounding, dst, values, 0, count);
  case CKERNELS_FORMAT_BF16:
    return store_some(CKERNELS_FORMAT_BF16, rounding, dst, values, 0, count);
  case CKERNELS_FORMAT_U8:
  case CKERNELS_FORMAT_S8:
    break;
  }
  ptrdiff_t i = 0;
#if LANES == 16
  for (; i + 4 * LANES <= count; i += 4 * LANES) {
    const lanes_f32 vectors[4] = {
      load(values + i), load(values + i + LANES), load(values + i + 2 * LANES), load(values + i + 3 * LANES)};
    store_64_bytes(rounding, (char *)dst + i, vectors);
  }
#endif
  store_some(CKERNELS_FORMAT_U8, rounding, dst, values, i, count);
}

/// `count` stored values, times `factor` where they are integers, as floats.
INLINE void load_span(ckernels_format format, float factor, const void *src, float *values, ptrdiff_t count) {
#define LOAD_SPAN(KIND) \
  case KIND: \
    for (ptrdiff_t i = 0; i < count; i += LANES) { \
      const lanes_f32 stored = load_stored(KIND, format.zero_point, element_at(KIND, src, i), count - i); \
      store_up_to(values + i, KIND < CKERNELS_FORMAT_U8 ? stored : stored * factor, count - i); \
    } \
    return;
  switch (format.kind) {
    LOAD_SPAN(CKERNELS_FORMAT_FP32)
    LOAD_SPAN(CKERNELS_FORMAT_BF16)
    LOAD_SPAN(CKERNELS_FORMAT_U8)
    LOAD_SPAN(CKERNELS_FORMAT_S8)
  }
#undef LOAD_SPAN
}
