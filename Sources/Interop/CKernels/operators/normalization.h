// Row-wise normalisations: layer norm, softmax, Euclidean norm.

/// The sum of `step(i, left)` over a row's vectors, in four independent sums so that additions overlap. `step` is an
/// expression in `i` and `left` that is 0 in the lanes beyond the row's end.
#define SUM_ROW(result, count, step) \
  do { \
    lanes_f32 sums[4] = {0.0f, 0.0f, 0.0f, 0.0f}; \
    ptrdiff_t i = 0; \
    for (; i + 4 * LANES <= (count); i += LANES) { \
      const ptrdiff_t left = LANES; \
      sums[0] += (step); \
      i += LANES; \
      sums[1] += (step); \
      i += LANES; \
      sums[2] += (step); \
      i += LANES; \
      sums[3] += (step); \
    } \
    for (; i < (count); i += LANES) { \
      const ptrdiff_t left = (count) - i; \
      sums[0] += (step); \
    } \
    (result) = sum_of((sums[0] + sums[1]) + (sums[2] + sums[3])); \
  } while (0)

/// The square of the distance from `mean`; 0 in the lanes beyond the row's end.
INLINE lanes_f32 squared_distance(const float *src, ptrdiff_t left, lanes_f32 mean) {
  const lanes_f32 value = left >= LANES ? load(src) : first_lanes(left) ? load_part(src, left) : mean;
  return (value - mean) * (value - mean);
}

/// src + residual, stored in dst.
INLINE lanes_f32 add_into(float *dst, const float *src, const float *residual, ptrdiff_t left) {
  const lanes_f32 value = load_up_to(src, left) + load_up_to(residual, left);
  store_up_to(dst, value, left);
  return value;
}

static void layer_norm(ckernels_format format, const float *src, const float *residual, const float *gamma,
  const float *beta, float epsilon, float *dst, ptrdiff_t rows, ptrdiff_t columns) {
  for (ptrdiff_t r = 0; r < rows; r++, src += columns, dst += columns) {
    const float *row = src;
    float sum, squares;
    if (residual) {
      SUM_ROW(sum, columns, add_into(dst + i, src + i, residual + i, left));
      residual += columns;
      row = dst;
    } else {
      SUM_ROW(sum, columns, load_up_to(src + i, left));
    }
    const lanes_f32 mean = sum / (float)columns;
    SUM_ROW(squares, columns, squared_distance(row + i, left, mean));
    const lanes_f32 factor = 1.0f / __builtin_sqrtf(squares / (float)columns + epsilon);
    for (ptrdiff_t i = 0; i < columns; i += LANES) {
      const ptrdiff_t left = columns - i;
      const lanes_f32 normal = (load_up_to(row + i, left) - mean) * factor;
      store_up_to(dst + i, multiply_add(normal, load_up_to(gamma + i, left), load_up_to(beta + i, left)), left);
    }
    round_in_place(format, dst, columns);
  }
}

/// The lanes that count: within the row and, where there is a mask, not masked.
INLINE lanes_s32 counted(const int32_t *mask, ptrdiff_t i, ptrdiff_t left) {
  const lanes_s32 present = first_lanes(left);
  return mask ? present & ((lanes_s32)load_up_to(mask + i, left) != 0) : present;
}

/// One vector of a row of exponentials, stored in dst; lanes that do not count give 0.
INLINE lanes_f32 exponentials(
  const float *src, lanes_f32 scale, lanes_f32 greatest, const int32_t *mask, float *dst, ptrdiff_t i, ptrdiff_t left) {
  const lanes_f32 value = exp_of_negative(load_up_to(src + i, left) * scale - greatest);
  const lanes_f32 kept = mask || left < LANES ? (counted(mask, i, left) ? value : (lanes_f32)0.0f) : value;
  store_up_to(dst + i, kept, left);
  return kept;
}

static void masked_softmax(ckernels_format format, const float *src, float src_scale, const int32_t *mask, float *dst,
  ptrdiff_t rows, ptrdiff_t columns) {
  const lanes_f32 scale = src_scale;
  for (ptrdiff_t r = 0; r < rows; r++, src += columns, dst += columns) {
    lanes_f32 greatest = -__builtin_inff();
    for (ptrdiff_t i = 0; i < columns; i += LANES) {
      const lanes_f32 above = at_least(greatest, load_up_to(src + i, columns - i) * scale);
      greatest = mask || columns - i < LANES ? (counted(mask, i, columns - i) ? above : greatest) : above;
    }
    // NaN is never the greatest, so that it shows in the sum. A row of minus infinities: 0 in place of inf - inf.
    const float row_greatest = greatest_of(greatest);
    const lanes_f32 offset = row_greatest == -__builtin_inff() ? 0.0f : row_greatest;
    float sum;
    SUM_ROW(sum, columns, exponentials(src, scale, offset, mask, dst, i, left));
    const lanes_f32 factor = sum == 0.0f ? 0.0f : 1.0f / sum;
    for (ptrdiff_t i = 0; i < columns; i += LANES) {
      const ptrdiff_t left = columns - i;
      const lanes_f32 value = load_up_to(dst + i, left) * factor;
      // Only a NaN factor makes the choice matter: masked columns are 0 in a row of NaN, too.
      store_up_to(dst + i, mask ? (counted(mask, i, left) ? value : (lanes_f32)0.0f) : value, left);
    }
    round_in_place(format, dst, columns);
  }
}

/// One vector of a row plus its addend.
INLINE lanes_f32 with_addend(const float *row, const float *addend, ptrdiff_t step, ptrdiff_t i, ptrdiff_t left) {
  const lanes_f32 value = load_up_to(row + i, left);
  return step == 0 ? value + *addend : value + load_up_to(addend + i, left);
}

static void softmax(ckernels_format format, const float *src, const float *addend, ptrdiff_t addend_row_stride,
  ptrdiff_t addend_step, float *dst, ptrdiff_t rows, ptrdiff_t columns) {
  const lanes_f32 one = 1.0f;
  for (ptrdiff_t r = 0; r < rows; r++, src += columns, dst += columns) {
    const float *row = addend ? dst : src, *added = addend ? addend + r * addend_row_stride : NULL;
    lanes_f32 greatest = -__builtin_inff();
    for (ptrdiff_t i = 0; i < columns; i += LANES) {
      const ptrdiff_t left = columns - i;
      const lanes_f32 value = added ? with_addend(src, added, addend_step, i, left) : load_up_to(src + i, left);
      if (added) store_up_to(dst + i, value, left);
      const lanes_f32 above = at_least(greatest, value);
      greatest = left < LANES ? (first_lanes(left) ? above : greatest) : above;
    }
    // NaN is never the greatest, so that it shows in the sum; so does inf - inf.
    const lanes_f32 offset = greatest_of(greatest);
    float sum;
    SUM_ROW(sum, columns, exponentials(row, one, offset, NULL, dst, i, left));
    const lanes_f32 factor = 1.0f / sum;
    for (ptrdiff_t i = 0; i < columns; i += LANES) {
      store_up_to(dst + i, load_up_to(dst + i, columns - i) * factor, columns - i);
    }
    round_in_place(format, dst, columns);
  }
}

static void l2_normalize(ckernels_format format, const float *src, float *dst, ptrdiff_t features) {
  // FP64, because squares of floats leave the range of FP32; one row an inference costs nothing.
  lanes_f64 squares = 0.0;
  for (ptrdiff_t i = 0; i < features; i += LANES) {
    const lanes_f64 value = __builtin_convertvector(load_up_to(src + i, features - i), lanes_f64);
    squares += value * value;
  }
  double sum = 0;
  for (int lane = 0; lane < LANES; lane++) sum += squares[lane];
  const double norm = __builtin_sqrt(sum);
  const lanes_f64 divisor = norm < 1e-12 ? 1e-12 : norm;
  for (ptrdiff_t i = 0; i < features; i += LANES) {
    const lanes_f64 value = __builtin_convertvector(load_up_to(src + i, features - i), lanes_f64);
    store_up_to(dst + i, __builtin_convertvector(value / divisor, lanes_f32), features - i);
  }
  round_in_place(format, dst, features);
}
