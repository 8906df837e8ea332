// Elements of native storage as vectors of floats, and back. Included once per level, after the operators' lanes.h and
// formats.h.

typedef uint8_t lanes_u8 __attribute__((ext_vector_type(LANES)));
typedef int8_t lanes_s8 __attribute__((ext_vector_type(LANES)));
typedef uint16_t lanes_u16 __attribute__((ext_vector_type(LANES)));

INLINE ptrdiff_t bytes_of(ckernels_format_kind kind) {
  return kind == CKERNELS_FORMAT_FP32 ? 4 : kind == CKERNELS_FORMAT_BF16 ? 2 : 1;
}

INLINE const void *element_at(ckernels_format_kind kind, const void *base, ptrdiff_t index) {
  return (const char *)base + index * bytes_of(kind);
}

INLINE void *mutable_element_at(ckernels_format_kind kind, void *base, ptrdiff_t index) {
  return (char *)base + index * bytes_of(kind);
}

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

/// How real values become elements of a format.
typedef struct element_rounding {
  ckernels_format_kind kind;
  /// 1 / scale.
  float reciprocal;
  /// Bounds of the integer without its zero point.
  float low, high;
  int32_t zero_point;
} element_rounding;

INLINE element_rounding rounding_to(ckernels_format format) {
  const int is_unsigned = format.kind == CKERNELS_FORMAT_U8;
  const int32_t zero_point = is_unsigned ? format.zero_point : 0;
  return (element_rounding){
    .kind = format.kind,
    .reciprocal = 1.0f / format.scale,
    .low = is_unsigned ? (float)-zero_point : -s8_bound(format),
    .high = is_unsigned ? (float)(255 - zero_point) : s8_bound(format),
    .zero_point = zero_point,
  };
}

/// The integers of real values, zero point included, in each lane's low byte; the least for NaN.
INLINE lanes_u32 integers_of(element_rounding rounding, lanes_f32 value) {
  const lanes_f32 scaled = value * rounding.reciprocal, low = rounding.low;
  // The comparison sends NaN to the lower bound. The low bits of the sum with 1.5 * 2^23 are the rounded integer.
  const lanes_f32 bounded = at_most(scaled > low ? scaled : low, (lanes_f32)rounding.high);
  return bits_of(bounded + 12582912.0f) + (uint32_t)rounding.zero_point;
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
    store_bytes(dst, __builtin_convertvector(integers_of(rounding, value) & 255u, lanes_u8), count);
    return;
  }
}

#if LANES == 16
/// Rounds 64 real values to 8 bits and stores them. The saturation of the packing does for the bounds; only what no
/// 32-bit integer holds, and NaN, have to be dealt with.
INLINE void store_64_bytes(element_rounding rounding, void *dst, const lanes_f32 values[4]) {
  __m512i words[4];
  for (int n = 0; n < 4; n++) {
    // NaN passes the minimum and becomes the least 32-bit integer.
    const __m512 scaled = (__m512)(values[n] * rounding.reciprocal);
    words[n] = _mm512_cvtps_epi32(_mm512_min_ps(_mm512_set1_ps(1048576.0f), scaled));
  }
  const __m512i zero_point = _mm512_set1_epi16((int16_t)rounding.zero_point);
  const __m512i ab = _mm512_adds_epi16(_mm512_packs_epi32(words[0], words[1]), zero_point);
  const __m512i cd = _mm512_adds_epi16(_mm512_packs_epi32(words[2], words[3]), zero_point);
  const __m512i low = _mm512_set1_epi8((int8_t)rounding.low), high = _mm512_set1_epi8((int8_t)rounding.high);
  const __m512i bytes = rounding.kind == CKERNELS_FORMAT_U8
                          ? _mm512_packus_epi16(ab, cd)
                          : _mm512_min_epi8(_mm512_max_epi8(_mm512_packs_epi16(ab, cd), low), high);
  const __m512i order = _mm512_setr_epi32(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
  _mm512_storeu_si512(dst, _mm512_permutexvar_epi32(order, bytes));
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
