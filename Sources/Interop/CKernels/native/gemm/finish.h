// What turns a tile's sums into results in their own storage format. Included once per level, after elements.h.

/// Vectors of a row that are finished together.
#define FINISH_VECTORS 4

/// `columns` of at most FINISH_VECTORS vectors, of which all are there where `is_full`.
INLINE void finish_columns(const int integers, const ckernels_gemm_finish *f, const ckernels_format_kind residual_kind,
  const int has_residual, const ckernels_format_kind kind, const int is_full, ptrdiff_t first, const float *sums,
  ptrdiff_t pitch, int rows, ptrdiff_t columns) {
  const int is_8_bits = kind == CKERNELS_FORMAT_U8 || kind == CKERNELS_FORMAT_S8;
  const activation_bounds bounds = bounds_of(f->activation, f->alpha, f->beta);
  const element_rounding rounding = rounding_within(f->dst_format, bounds);
#if LANES == 16
  // Below, packing saturates to what 8 bits hold: that is the bound unless an activation or the format has a higher
  // one.
  const int raises = kind == CKERNELS_FORMAT_S8 || rounding.low > (float)-rounding.zero_point;
#endif
  const lanes_f32 residual_scale = f->residual_format.scale;
  const int32_t residual_zero = f->residual_format.zero_point;
  const ptrdiff_t residual_size = ckernels_format_bytes(residual_kind), size = ckernels_format_bytes(kind);
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
      value = fused(value, scale[n], bias[n]);
      if (has_residual) {
        const void *from = residual + n * LANES * residual_size;
        value = fused(load_stored(residual_kind, residual_zero, from, left), residual_scale, value);
      }
      void *to = dst + n * LANES * size;
      if (is_8_bits) {
#if LANES == 16
        if (is_full) {
          q[n] = wide_integers_of(rounding, raises, value);
          continue;
        }
#endif
        store_integers(to, integers_of(rounding, value), left);
      } else {
        value = at_most(at_least(value, (lanes_f32)bounds.floor), (lanes_f32)bounds.ceiling);
        if (kind == CKERNELS_FORMAT_BF16) {
          store_halves(to, bf16_bits(value), left);
        } else {
          store_up_to(to, value, left);
        }
      }
    }
#if LANES == 16
    if (is_8_bits && is_full) store_64_integers(kind == CKERNELS_FORMAT_U8, dst, q);
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
