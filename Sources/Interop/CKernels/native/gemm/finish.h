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

/// Rounds up to `count` floats to a format and stores them in its own size. `inverse` is 1 / scale.
INLINE void store_native(
  const ckernels_format_kind kind, float inverse, int32_t zero_point, void *dst, lanes_f32 value, ptrdiff_t count) {
  switch (kind) {
  case CKERNELS_FORMAT_BF16: {
    const lanes_u16 narrow = __builtin_convertvector(bits_of(round_to_bf16(value)) >> 16, lanes_u16);
    STORE_NARROW(dst, narrow, count);
    return;
  }
  case CKERNELS_FORMAT_U8: {
    // Bounds before the rounding, in an order that sends NaN to the lower one.
    const lanes_f32 scaled = value * inverse, low = (float)-zero_point, high = (float)(255 - zero_point);
    const lanes_f32 bounded = __builtin_elementwise_min(scaled > low ? scaled : low, high);
    // The low bits of the sum with 1.5 * 2^23 are the integer.
    const lanes_u32 integer = bits_of(bounded + 12582912.0f) + (uint32_t)zero_point;
    const lanes_u8 narrow = __builtin_convertvector(integer & 255u, lanes_u8);
    STORE_NARROW(dst, narrow, count);
    return;
  }
  case CKERNELS_FORMAT_S8: {
    const lanes_f32 scaled = value * inverse, low = -127.0f, high = 127.0f;
    const lanes_f32 bounded = __builtin_elementwise_min(scaled > low ? scaled : low, high);
    const lanes_u8 narrow = __builtin_convertvector(bits_of(bounded + 12582912.0f) & 255u, lanes_u8);
    STORE_NARROW(dst, narrow, count);
    return;
  }
  default:
    store_up_to(dst, value, count);
  }
}

INLINE ptrdiff_t element_bytes(const ckernels_format_kind kind) {
  return kind == CKERNELS_FORMAT_FP32 ? 4 : kind == CKERNELS_FORMAT_BF16 ? 2 : 1;
}

/// Sums to values before an activation that is more than a bound, in place: such sums pass through memory once more.
INLINE void finish_sums(const int integers, const ckernels_gemm_finish *f, const ckernels_format_kind residual_kind,
  const int has_residual, const ckernels_format_kind kind, float *sums, ptrdiff_t pitch, int rows, int columns) {
  const lanes_f32 residual_scale = f->residual_format.scale;
  const int clips = f->activation == CKERNELS_ACTIVATION_CLIP;
  const lanes_f32 floor = clips ? f->alpha : f->activation == CKERNELS_ACTIVATION_RELU ? 0.0f : -__builtin_inff();
  const lanes_f32 ceiling = clips ? f->beta : __builtin_inff();
  const float inverse = 1.0f / f->dst_format.scale;
  const int32_t zero_point = f->dst_format.zero_point, residual_zero = f->residual_format.zero_point;
  const ptrdiff_t residual_size = element_bytes(residual_kind), size = element_bytes(kind);
  for (ptrdiff_t c = 0; c < columns; c += LANES) {
    const ptrdiff_t left = columns - c;
    const lanes_f32 bias = load_up_to(f->bias + c, left);
    const lanes_f32 scale = f->scale ? load_up_to(f->scale + c, left) : (lanes_f32)1.0f;
    float *sum = sums + c;
    const char *residual = has_residual ? (const char *)f->residual + c * residual_size : NULL;
    char *dst = (char *)f->dst + c * size;
    for (int r = 0; r < rows; r++, sum += pitch, dst += f->dst_pitch) {
      lanes_f32 value = load(sum);
      if (integers) value = __builtin_convertvector((lanes_s32)value, lanes_f32);
      value = multiply_add(value, scale, bias);
      if (has_residual) {
        value = multiply_add(load_native(residual_kind, residual_zero, residual, left), residual_scale, value);
        residual += f->residual_pitch;
      }
      value = at_most(at_least(value, floor), ceiling);
      store_native(kind, inverse, zero_point, dst, value, left);
    }
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
