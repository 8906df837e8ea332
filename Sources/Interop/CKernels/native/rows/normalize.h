// Layer normalisation, softmax and Euclidean norm on native storage: the arithmetic, in the same order, of the
// operators' normalization.h, which is included before.

/// `value` where the row has elements, `other` beyond.
INLINE lanes_f32 within(ptrdiff_t left, lanes_f32 value, lanes_f32 other) {
  return left >= LANES ? value : first_lanes(left) ? value : other;
}

/// The operands of one row.
typedef struct norm_row {
  ckernels_format format, residual_format;
  const void *src, *residual;
} norm_row;

INLINE lanes_f32 norm_input(ckernels_format_kind kind, ckernels_format_kind residual_kind, int has_residual,
  const norm_row *row, ptrdiff_t i, ptrdiff_t left) {
  const lanes_f32 value = load_real(kind, row->format, row->src, i, left);
  return has_residual ? value + load_real(residual_kind, row->residual_format, row->residual, i, left) : value;
}

INLINE lanes_f32 squared(lanes_f32 value) { return value * value; }

/// One row; the kinds and `has_residual` are constants where that pays.
INLINE void norm_one_row(ckernels_format_kind kind, ckernels_format_kind residual_kind, int has_residual,
  const ckernels_layer_norm *norm, const norm_row *row, element_rounding rounding, void *dst) {
#define INPUT norm_input(kind, residual_kind, has_residual, row, i, left)
  const ptrdiff_t columns = norm->columns;
  float sum, squares;
  SUM_ROW(sum, columns, within(left, INPUT, (lanes_f32)0.0f));
  const lanes_f32 mean = sum / (float)columns;
  SUM_ROW(squares, columns, squared(within(left, INPUT, mean) - mean));
  const lanes_f32 factor = 1.0f / __builtin_sqrtf(squares / (float)columns + norm->epsilon);
#define STORE_NORMALS(KIND) \
  case KIND: \
    for (ptrdiff_t i = 0; i < columns; i += LANES) { \
      const ptrdiff_t left = columns - i; \
      const lanes_f32 gamma = load_up_to(norm->gamma + i, left), beta = load_up_to(norm->beta + i, left); \
      const lanes_f32 value = multiply_add((INPUT - mean) * factor, gamma, beta); \
      store_native(KIND, rounding, mutable_element_at(KIND, dst, i), value, left); \
    } \
    break;
  switch (rounding.kind) {
    STORE_NORMALS(CKERNELS_FORMAT_FP32)
    STORE_NORMALS(CKERNELS_FORMAT_BF16)
    STORE_NORMALS(CKERNELS_FORMAT_U8)
    STORE_NORMALS(CKERNELS_FORMAT_S8)
  }
#undef STORE_NORMALS
#undef INPUT
}

/// A row that has just been written, in another format.
INLINE void convert_row(
  ckernels_format format, const void *src, element_rounding rounding, void *dst, ptrdiff_t columns) {
  if (format.kind == CKERNELS_FORMAT_FP32) {
    store_span(rounding, dst, src, columns);
    return;
  }
  for (ptrdiff_t i = 0; i < columns; i += LANES) {
    const lanes_f32 value = load_real(format.kind, format, src, i, columns - i);
    store_native(rounding.kind, rounding, mutable_element_at(rounding.kind, dst, i), value, columns - i);
  }
}

/// All rows for constant kinds.
#define NORM_ROWS(KIND, RESIDUAL_KIND, HAS_RESIDUAL) \
  for (ptrdiff_t r = 0; r < rows; r++) { \
    norm_one_row(KIND, RESIDUAL_KIND, HAS_RESIDUAL, norm, &row, rounding, dst); \
    if (second) convert_row(norm->dst_format, dst, second_rounding, second, norm->columns); \
    row.src = element_at(row.format.kind, row.src, norm->columns); \
    if (residual) row.residual = element_at(row.residual_format.kind, row.residual, norm->columns); \
    dst = mutable_element_at(rounding.kind, dst, norm->columns); \
    if (second) second = mutable_element_at(second_rounding.kind, second, norm->columns); \
  } \
  return;
#define NORM_ROWS_OF(KIND) \
  case KIND: \
    if (residual) { \
      NORM_ROWS(KIND, KIND, 1) \
    } else { \
      NORM_ROWS(KIND, KIND, 0) \
    }

static void layer_norm_rows(
  const ckernels_layer_norm *norm, const void *src, const void *residual, void *dst, void *second, ptrdiff_t rows) {
  norm_row row = {norm->src_format, norm->residual_format, src, residual};
  const element_rounding rounding = rounding_to(norm->dst_format), second_rounding = rounding_to(norm->second_format);
  if (residual && row.residual_format.kind != row.format.kind) {
    NORM_ROWS(row.format.kind, row.residual_format.kind, 1)
  }
  switch (row.format.kind) {
    NORM_ROWS_OF(CKERNELS_FORMAT_FP32)
    NORM_ROWS_OF(CKERNELS_FORMAT_BF16)
    NORM_ROWS_OF(CKERNELS_FORMAT_U8)
    NORM_ROWS_OF(CKERNELS_FORMAT_S8)
  }
}

/// What is exponentiated in one row, and which columns count.
typedef struct softmax_row {
  ckernels_format format;
  const void *src;
  const int32_t *mask;
  const float *addend;
  ptrdiff_t addend_step;
} softmax_row;

INLINE lanes_f32 softmax_input(ckernels_format_kind kind, const softmax_row *row, ptrdiff_t i, ptrdiff_t left) {
  const lanes_f32 value = load_real(kind, row->format, row->src, i, left);
  if (!row->addend) return value;
  return row->addend_step == 0 ? value + *row->addend : value + load_up_to(row->addend + i, left);
}

/// The exponentials of `vectors` (a constant, 1 or 4) vectors less `offset`, in place and stored in `to` from column
/// `i` on; lanes that do not count give 0. `left` columns are left.
INLINE void exponentiate(const int vectors, lanes_f32 values[4], lanes_f32 offset, const int32_t *mask, float *to,
  ptrdiff_t i, ptrdiff_t left) {
  for (int n = 0; n < vectors; n++) values[n] = at_least(values[n] - offset, (lanes_f32)EXP_LEAST);
  exp_bounded_each(values, vectors);
  for (int n = 0; n < vectors; n++) {
    const ptrdiff_t at = i + n * LANES, rest = left - n * LANES;
    if (mask || rest < LANES) values[n] = counted(mask, at, rest) ? values[n] : (lanes_f32)0.0f;
    store_up_to(to + at, values[n], rest);
  }
}

/// The exponentials of a row less `offset`, in `to`, which may be the row; returns their sum, in the order of SUM_ROW.
INLINE float exponentiate_row(
  ckernels_format_kind kind, const softmax_row *row, lanes_f32 offset, ptrdiff_t columns, float *to) {
  lanes_f32 sums[4] = {0.0f, 0.0f, 0.0f, 0.0f}, values[4];
  ptrdiff_t i = 0;
  for (; i + 4 * LANES <= columns; i += 4 * LANES) {
    for (int n = 0; n < 4; n++) values[n] = softmax_input(kind, row, i + n * LANES, LANES);
    exponentiate(4, values, offset, row->mask, to, i, 4 * LANES);
    for (int n = 0; n < 4; n++) sums[n] += values[n];
  }
  for (; i < columns; i += LANES) {
    values[0] = softmax_input(kind, row, i, columns - i);
    exponentiate(1, values, offset, row->mask, to, i, columns - i);
    sums[0] += values[0];
  }
  return sum_of((sums[0] + sums[1]) + (sums[2] + sums[3]));
}

/// The exponentials of a row less its greatest value, in `scratch`; returns their sum.
INLINE float softmax_sum(
  ckernels_format_kind kind, const softmax_row *row, int keeps_empty_rows, ptrdiff_t columns, float *scratch) {
  lanes_f32 greatest[4];
  for (int n = 0; n < 4; n++) greatest[n] = (lanes_f32)-__builtin_inff();
  ptrdiff_t i = 0;
  // Several, because each comparison waits for the one before.
  for (; !row->mask && i + 4 * LANES <= columns; i += 4 * LANES) {
    for (int n = 0; n < 4; n++) {
      greatest[n] = at_least(greatest[n], softmax_input(kind, row, i + n * LANES, LANES));
    }
  }
  for (; i < columns; i += LANES) {
    const ptrdiff_t left = columns - i;
    const lanes_f32 above = at_least(greatest[0], softmax_input(kind, row, i, left));
    greatest[0] = counted(row->mask, i, left) ? above : greatest[0];
  }
  // NaN is never the greatest, so that it shows in the sum; so does inf - inf, but for rows that count for nothing.
  const float row_greatest =
    greatest_of(at_least(at_least(greatest[0], greatest[1]), at_least(greatest[2], greatest[3])));
  const lanes_f32 offset = keeps_empty_rows && row_greatest == -__builtin_inff() ? 0.0f : row_greatest;
  return exponentiate_row(kind, row, offset, columns, scratch);
}

INLINE float softmax_sum_of_any(const softmax_row *row, int keeps_empty_rows, ptrdiff_t columns, float *scratch) {
  switch (row->format.kind) {
  case CKERNELS_FORMAT_FP32:
    break;
  case CKERNELS_FORMAT_BF16:
    return softmax_sum(CKERNELS_FORMAT_BF16, row, keeps_empty_rows, columns, scratch);
  case CKERNELS_FORMAT_U8:
    return softmax_sum(CKERNELS_FORMAT_U8, row, keeps_empty_rows, columns, scratch);
  case CKERNELS_FORMAT_S8:
    return softmax_sum(CKERNELS_FORMAT_S8, row, keeps_empty_rows, columns, scratch);
  }
  return softmax_sum(CKERNELS_FORMAT_FP32, row, keeps_empty_rows, columns, scratch);
}

/// values[i] * factor, rounded and stored, from element `begin` on; 0 where the mask is.
INLINE void store_some_shares(ckernels_format_kind kind, element_rounding rounding, void *dst, const float *values,
  float factor, const int32_t *mask, ptrdiff_t begin, ptrdiff_t columns) {
  for (ptrdiff_t i = begin; i < columns; i += LANES) {
    const ptrdiff_t left = columns - i;
    const lanes_f32 value = load_up_to(values + i, left) * factor;
    // Only a NaN factor makes the choice matter.
    const lanes_f32 kept = mask ? (counted(mask, i, left) ? value : (lanes_f32)0.0f) : value;
    store_native(kind, rounding, mutable_element_at(kind, dst, i), kept, left);
  }
}

INLINE void store_shares(
  element_rounding rounding, void *dst, const float *values, float factor, const int32_t *mask, ptrdiff_t columns) {
  switch (rounding.kind) {
  case CKERNELS_FORMAT_FP32:
    return store_some_shares(CKERNELS_FORMAT_FP32, rounding, dst, values, factor, mask, 0, columns);
  case CKERNELS_FORMAT_BF16:
    return store_some_shares(CKERNELS_FORMAT_BF16, rounding, dst, values, factor, mask, 0, columns);
  case CKERNELS_FORMAT_U8:
  case CKERNELS_FORMAT_S8:
    break;
  }
  ptrdiff_t i = 0;
#if LANES == 16
  for (; !mask && i + 4 * LANES <= columns; i += 4 * LANES) {
    lanes_f32 shares[4];
    for (int n = 0; n < 4; n++) shares[n] = load(values + i + n * LANES) * factor;
    store_64_bytes(rounding, (char *)dst + i, shares);
  }
#endif
  store_some_shares(CKERNELS_FORMAT_U8, rounding, dst, values, factor, mask, i, columns);
}

static void masked_softmax_rows(ckernels_format src_format, ckernels_format dst_format, const void *src,
  const int32_t *mask, void *dst, ptrdiff_t rows, ptrdiff_t columns, float *scratch) {
  const element_rounding rounding = rounding_to(dst_format);
  softmax_row row = {src_format, src, mask, NULL, 0};
  for (ptrdiff_t r = 0; r < rows; r++) {
    const float sum = softmax_sum_of_any(&row, 1, columns, scratch);
    store_shares(rounding, dst, scratch, sum == 0.0f ? 0.0f : 1.0f / sum, mask, columns);
    row.src = element_at(src_format.kind, row.src, columns);
    dst = mutable_element_at(rounding.kind, dst, columns);
  }
}

static void softmax_rows(ckernels_format src_format, ckernels_format dst_format, const void *src, const float *addend,
  ptrdiff_t addend_row_stride, ptrdiff_t addend_step, void *dst, ptrdiff_t rows, ptrdiff_t columns, float *scratch) {
  const element_rounding rounding = rounding_to(dst_format);
  softmax_row row = {src_format, src, NULL, addend, addend_step};
  for (ptrdiff_t r = 0; r < rows; r++) {
    const float sum = softmax_sum_of_any(&row, 0, columns, scratch);
    store_shares(rounding, dst, scratch, 1.0f / sum, NULL, columns);
    row.src = element_at(src_format.kind, row.src, columns);
    if (addend) row.addend += addend_row_stride;
    dst = mutable_element_at(rounding.kind, dst, columns);
  }
}

static void l2_normalize_row(
  ckernels_format src_format, ckernels_format dst_format, const void *src, void *dst, ptrdiff_t features) {
  const element_rounding rounding = rounding_to(dst_format);
  lanes_f64 squares = 0.0;
  for (ptrdiff_t i = 0; i < features; i += LANES) {
    const lanes_f32 element = load_real(src_format.kind, src_format, src, i, features - i);
    const lanes_f64 value = __builtin_convertvector(within(features - i, element, (lanes_f32)0.0f), lanes_f64);
    squares += value * value;
  }
  double sum = 0;
  for (int lane = 0; lane < LANES; lane++) sum += squares[lane];
  const double norm = __builtin_sqrt(sum);
  const lanes_f64 divisor = norm < 1e-12 ? 1e-12 : norm;
  for (ptrdiff_t i = 0; i < features; i += LANES) {
    const lanes_f32 element = load_real(src_format.kind, src_format, src, i, features - i);
    const lanes_f64 quotient = __builtin_convertvector(element, lanes_f64) / divisor;
    void *to = mutable_element_at(rounding.kind, dst, i);
    store_native(rounding.kind, rounding, to, __builtin_convertvector(quotient, lanes_f32), features - i);
  }
}
