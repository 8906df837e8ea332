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

/// Up to `count` stored values as floats: integers less their zero point, not scaled. Lanes beyond hold anything.
INLINE lanes_f32 load_stored(ckernels_format_kind kind, int32_t zero_point, const void *src, ptrdiff_t count) {
  switch (kind) {
  case CKERNELS_FORMAT_FP32:
    break;
  case CKERNELS_FORMAT_BF16:
    return from_bits(__builtin_convertvector(load_halves(src, count), lanes_u32) << 16);
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
    .low = is_unsigned ? (float)-zero_point : -127.0f,
    .high = is_unsigned ? (float)(255 - zero_point) : 127.0f,
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

/// Rounds up to `count` real values and stores them natively. `kind` is that of the rounding.
INLINE void store_native(
  ckernels_format_kind kind, element_rounding rounding, void *dst, lanes_f32 value, ptrdiff_t count) {
  switch (kind) {
  case CKERNELS_FORMAT_FP32:
    store_up_to(dst, value, count);
    return;
  case CKERNELS_FORMAT_BF16:
    store_halves(dst, __builtin_convertvector(bits_of(round_to_bf16(value)) >> 16, lanes_u16), count);
    return;
  case CKERNELS_FORMAT_U8:
  case CKERNELS_FORMAT_S8:
    store_bytes(dst, __builtin_convertvector(integers_of(rounding, value) & 255u, lanes_u8), count);
    return;
  }
}

/// What a reader of the stored elements gets: real values after rounding.
INLINE lanes_f32 after_rounding(element_rounding rounding, ckernels_format format, lanes_f32 value) {
  switch (rounding.kind) {
  case CKERNELS_FORMAT_FP32:
    return value;
  case CKERNELS_FORMAT_BF16:
    return round_to_bf16(value);
  case CKERNELS_FORMAT_U8:
  case CKERNELS_FORMAT_S8:
    break;
  }
  const lanes_f32 low = rounding.low, scaled = value * rounding.reciprocal;
  return (at_most(scaled > low ? scaled : low, (lanes_f32)rounding.high) + 12582912.0f - 12582912.0f) * format.scale;
}

/// `count` real values, rounded and stored natively; one loop for each format.
INLINE void store_span(element_rounding rounding, void *dst, const float *values, ptrdiff_t count) {
#define STORE_SPAN(KIND) \
  case KIND: \
    for (ptrdiff_t i = 0; i < count; i += LANES) { \
      store_native(KIND, rounding, mutable_element_at(KIND, dst, i), load_up_to(values + i, count - i), count - i); \
    } \
    return;
  switch (rounding.kind) {
    STORE_SPAN(CKERNELS_FORMAT_FP32)
    STORE_SPAN(CKERNELS_FORMAT_BF16)
    STORE_SPAN(CKERNELS_FORMAT_U8)
    STORE_SPAN(CKERNELS_FORMAT_S8)
  }
#undef STORE_SPAN
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
