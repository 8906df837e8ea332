// What turns a tile's sums into results in their own storage format. Included once per level, after the operators'
// lanes.h, transcendental.h, formats.h, activations.h and epilogue.h.

typedef uint8_t lanes_u8 __attribute__((ext_vector_type(LANES)));
typedef int8_t lanes_s8 __attribute__((ext_vector_type(LANES)));
typedef uint16_t lanes_u16 __attribute__((ext_vector_type(LANES)));

/// Stores the first `count` (1 to LANES) elements of a narrow vector.
#define STORE_NARROW(dst, narrow, count) \
  if ((count) >= LANES) { \
    __builtin_memcpy(dst, &(narrow), sizeof(narrow)); \
  } else { \
    __builtin_memcpy(dst, &(narrow), (size_t)(count) * sizeof((narrow)[0])); \
  }

/// Loads as many elements as there are, at most LANES; then zeros.
#define LOAD_NARROW(narrow, src, count) \
  if ((count) >= LANES) { \
    __builtin_memcpy(&(narrow), src, sizeof(narrow)); \
  } else { \
    __builtin_memset(&(narrow), 0, sizeof(narrow)); \
    __builtin_memcpy(&(narrow), src, (size_t)(count) * sizeof((narrow)[0])); \
  }

/// Up to `count` elements of native storage as floats; integers less their zero point, not yet scaled.
INLINE lanes_f32 load_native(const ckernels_format_kind kind, int32_t zero_point, const void *src, ptrdiff_t count) {
  switch (kind) {
  case CKERNELS_FORMAT_BF16: {
    lanes_u16 narrow;
    LOAD_NARROW(narrow, src, count);
    return from_bits(__builtin_convertvector(narrow, lanes_u32) << 16);
  }
  case CKERNELS_FORMAT_U8: {
    lanes_u8 narrow;
    LOAD_NARROW(narrow, src, count);
    return __builtin_convertvector(__builtin_convertvector(narrow, lanes_s32) - zero_point, lanes_f32);
  }
  case CKERNELS_FORMAT_S8: {
    lanes_s8 narrow;
    LOAD_NARROW(narrow, src, count);
    return __builtin_convertvector(__builtin_convertvector(narrow, lanes_s32), lanes_f32);
  }
  default:
    return load_up_to(src, count);
  }
}

/// The bounds of what is rounded to 8 bits, in units of the scale and relative to the zero point.
typedef struct integer_bounds {
  float inverse, low, high;
  int32_t zero_point;
} integer_bounds;

INLINE float within(float value, float low, float high) { return value < low ? low : value > high ? high : value; }

/// The bounds of a format within `floor` and `ceiling`; the ceiling wins where they cross. Scaling them is as good as
/// scaling what they bound: products with one positive factor are rounded in order.
INLINE integer_bounds bounds_of(ckernels_format format, float floor, float ceiling) {
  const int is_unsigned = format.kind == CKERNELS_FORMAT_U8;
  const int32_t zero_point = is_unsigned ? format.zero_point : 0;
  const float inverse = 1.0f / format.scale;
  const float least = is_unsigned ? (float)-zero_point : -s8_bound(format);
  const float greatest = is_unsigned ? (float)(255 - zero_point) : s8_bound(format);
  const float high = within(ceiling * inverse, least, greatest), low = within(floor * inverse, least, high);
  return (integer_bounds){inverse, low, high, zero_point};
}

/// The integers q of up to LANES values; only the low 8 bits count.
INLINE lanes_u32 round_to_q(integer_bounds bounds, lanes_f32 value) {
  const lanes_f32 scaled = value * bounds.inverse, low = bounds.low, high = bounds.high;
  // In an order that sends NaN to the lower bound, as the vector instructions do.
  const lanes_f32 raised = scaled > low ? scaled : low, bounded = raised < high ? raised : high;
  // The low bits of the sum with 1.5 * 2^23 are the integer.
  return bits_of(bounded + 12582912.0f) + (uint32_t)bounds.zero_point;
}

/// Stores up to `count` floats in BF16.
INLINE void store_bf16(void *dst, lanes_f32 value, ptrdiff_t count) {
#ifdef HAS_BF16_CONVERSION
  // Subnormals become zeros, as they do where the products read them.
  const lanes_u16 narrow = (lanes_u16)_mm512_cvtneps_pbh((__m512)value);
#else
  const lanes_u16 narrow = __builtin_convertvector(bits_of(round_to_bf16(value)) >> 16, lanes_u16);
#endif
  STORE_NARROW(dst, narrow, count);
}

/// Stores up to `count` integers in 8 bits.
INLINE void store_q(void *dst, lanes_u32 integers, ptrdiff_t count) {
  const lanes_u8 narrow = __builtin_convertvector(integers, lanes_u8);
  STORE_NARROW(dst, narrow, count);
}

#if LANES == 16
/// The integers q of 16 values, not yet within 8 bits below; the packing saturates. NaN becomes the least number.
INLINE __m512i round_to_wide_q(integer_bounds bounds, const int raises, lanes_f32 value) {
  // Of two operands one of which is NaN these instructions return the second.
  __m512 scaled = _mm512_min_ps(_mm512_set1_ps(bounds.high), (__m512)(value * bounds.inverse));
  if (raises) scaled = _mm512_max_ps(scaled, _mm512_set1_ps(bounds.low));
  return _mm512_add_epi32(_mm512_cvtps_epi32(scaled), _mm512_set1_epi32(bounds.zero_point));
}

/// Stores 64 integers that are 16 to a vector: two rounds of packing and a permutation instead of four narrowings.
INLINE void store_64_q(const int is_unsigned, void *dst, const __m512i q[4]) {
  const __m512i ab = _mm512_packs_epi32(q[0], q[1]), cd = _mm512_packs_epi32(q[2], q[3]);
  const __m512i order = _mm512_setr_epi32(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
  const __m512i bytes = is_unsigned ? _mm512_packus_epi16(ab, cd) : _mm512_packs_epi16(ab, cd);
  _mm512_storeu_si512(dst, _mm512_permutexvar_epi32(order, bytes));
}
#endif

INLINE ptrdiff_t element_bytes(const ckernels_format_kind kind) {
  return kind == CKERNELS_FORMAT_FP32 ? 4 : kind == CKERNELS_FORMAT_BF16 ? 2 : 1;
}

/// Vectors of a row that are finished together.
#define FINISH_VECTORS 4

/// `columns` of at most FINISH_VECTORS vectors, of which all are there where `is_full`.
INLINE void finish_columns(const int integers, const ckernels_gemm_finish *f, const ckernels_format_kind residual_kind,
  const int has_residual, const ckernels_format_kind kind, const int is_full, ptrdiff_t first, const float *sums,
  ptrdiff_t pitch, int rows, ptrdiff_t columns) {
  const int is_8_bits = kind == CKERNELS_FORMAT_U8 || kind == CKERNELS_FORMAT_S8;
  const int clips = f->activation == CKERNELS_ACTIVATION_CLIP;
  const float floor = clips ? f->alpha : f->activation == CKERNELS_ACTIVATION_RELU ? 0.0f : -__builtin_inff();
  const float ceiling = clips ? f->beta : __builtin_inff();
  const integer_bounds bounds = bounds_of(f->dst_format, floor, ceiling);
#if LANES == 16
  // Below, packing saturates to what 8 bits hold: that is the bound unless an activation or the format has a higher
  // one.
  const int raises = kind == CKERNELS_FORMAT_S8 || bounds.low > (float)-bounds.zero_point;
#endif
  const lanes_f32 residual_scale = f->residual_format.scale;
  const int32_t residual_zero = f->residual_format.zero_point;
  const ptrdiff_t residual_size = element_bytes(residual_kind), size = element_bytes(kind);
  const int vectors = is_full ? FINISH_VECTORS : (int)((columns + LANES - 1) / LANES);
  lanes_f32 bias[FINISH_VECTORS], scale[FINISH_VECTORS];
  for (int n = 0; n < vectors; n++) {
    const ptrdiff_t left = is_full ? LANES : columns - n * LANES;
    bias[n] = load_up_to(f->bias + first + n * LANES, left);
    scale[n] = f->scale ? load_up_to(f->scale + first + n * LANES, left) : (lanes_f32)1.0f;
  }
  const char *residual = has_residual ? (const char *)f->residual + first * residual_size : NULL;
  char *dst = (char *)f->dst + first * size;
  const float *sum = sums + first;
  for (int r = 0; r < rows; r++, sum += pitch, dst += f->dst_pitch) {
#if LANES == 16
    __m512i q[FINISH_VECTORS];
#endif
    for (int n = 0; n < vectors; n++) {
      const ptrdiff_t left = is_full ? LANES : columns - n * LANES;
      lanes_f32 value = load(sum + n * LANES);
      if (integers) value = __builtin_convertvector((lanes_s32)value, lanes_f32);
      value = multiply_add(value, scale[n], bias[n]);
      if (has_residual) {
        const void *from = residual + n * LANES * residual_size;
        value = multiply_add(load_native(residual_kind, residual_zero, from, left), residual_scale, value);
      }
      void *to = dst + n * LANES * size;
      if (is_8_bits) {
#if LANES == 16
        if (is_full) {
          q[n] = round_to_wide_q(bounds, raises, value);
          continue;
        }
#endif
        store_q(to, round_to_q(bounds, value), left);
      } else {
        value = at_most(at_least(value, (lanes_f32)floor), (lanes_f32)ceiling);
        if (kind == CKERNELS_FORMAT_BF16) {
          store_bf16(to, value, left);
        } else {
          store_up_to(to, value, left);
        }
      }
    }
#if LANES == 16
    if (is_8_bits && is_full) store_64_q(kind == CKERNELS_FORMAT_U8, dst, q);
#endif
    if (has_residual) residual += f->residual_pitch;
  }
}

INLINE void finish_sums(const int integers, const ckernels_gemm_finish *f, const ckernels_format_kind residual_kind,
  const int has_residual, const ckernels_format_kind kind, const float *sums, ptrdiff_t pitch, int rows, int columns) {
  ptrdiff_t first = 0;
  for (; first + FINISH_VECTORS * LANES <= columns; first += FINISH_VECTORS * LANES) {
    finish_columns(integers, f, residual_kind, has_residual, kind, 1, first, sums, pitch, rows, FINISH_VECTORS * LANES);
  }
  if (first < columns) {
    finish_columns(integers, f, residual_kind, has_residual, kind, 0, first, sums, pitch, rows, columns - first);
  }
}

/// One loop for each result format without residual, with one in the same format, and with one in any other.
#define FINISH_FORMAT(is_integer, result) \
  case result: \
    if (!f->residual) { \
      finish_sums(is_integer, f, CKERNELS_FORMAT_FP32, 0, result, sums, pitch, rows, columns); \
    } else if (f->residual_format.kind == result) { \
      finish_sums(is_integer, f, result, 1, result, sums, pitch, rows, columns); \
    } else { \
      finish_sums(is_integer, f, f->residual_format.kind, 1, result, sums, pitch, rows, columns); \
    } \
    return;
#define FINISH_FORMATS(is_integer) \
  switch (f->dst_format.kind) { \
    FINISH_FORMAT(is_integer, CKERNELS_FORMAT_FP32) \
    FINISH_FORMAT(is_integer, CKERNELS_FORMAT_BF16) \
    FINISH_FORMAT(is_integer, CKERNELS_FORMAT_U8) \
    FINISH_FORMAT(is_integer, CKERNELS_FORMAT_S8) \
  }

static void finish_floats(const ckernels_gemm_finish *f, float *sums, ptrdiff_t pitch, int rows, int columns) {
  FINISH_FORMATS(0)
}

static void finish_integers(const ckernels_gemm_finish *f, float *sums, ptrdiff_t pitch, int rows, int columns){
  FINISH_FORMATS(1)}

/// The whole of it: where the activation is more than a bound, first to floats in place, then activated, then stored.
INLINE void finish_tile(
  const int integers, const ckernels_gemm_finish *f, void *sums, ptrdiff_t pitch, int rows, int columns) {
  switch (f->activation) {
  case CKERNELS_ACTIVATION_NONE:
  case CKERNELS_ACTIVATION_RELU:
  case CKERNELS_ACTIVATION_CLIP:
    if (integers) {
      finish_integers(f, sums, pitch, rows, columns);
    } else {
      finish_floats(f, sums, pitch, rows, columns);
    }
    return;
  default:
    break;
  }
  static const float zeros[CKERNELS_GEMM_MAX_COLUMNS];
  ckernels_gemm_finish to_floats = *f, from_floats = *f;
  to_floats.dst = sums;
  to_floats.dst_pitch = pitch * 4;
  to_floats.dst_format = (ckernels_format){CKERNELS_FORMAT_FP32, 1.0f, 0};
  to_floats.activation = CKERNELS_ACTIVATION_NONE;
  from_floats.scale = NULL;
  from_floats.bias = zeros;
  from_floats.residual = NULL;
  from_floats.activation = CKERNELS_ACTIVATION_NONE;
  if (integers) {
    finish_integers(&to_floats, sums, pitch, rows, columns);
  } else {
    finish_floats(&to_floats, sums, pitch, rows, columns);
  }
  const ckernels_epilogue activation = {.activation = f->activation, .alpha = f->alpha, .beta = f->beta};
  for (int r = 0; r < rows; r++) activate_in_place(&activation, (float *)sums + r * pitch, columns);
  finish_floats(&from_floats, sums, pitch, rows, columns);
}
