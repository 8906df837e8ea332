// Softmax and its logarithm on vectors of FP32: along rows, or down as many columns as a vector holds.

/// One vector of columns; `left` of its lanes count.
INLINE void softmax_columns(
  const float *src, float *dst, ptrdiff_t extent, ptrdiff_t stride, ptrdiff_t left, int is_log) {
  lanes_f32 greatest = -__builtin_inff();
  for (ptrdiff_t i = 0; i < extent; i++) greatest = at_least(greatest, load_up_to(src + i * stride, left));
  lanes_f32 sum = 0.0f;
  for (ptrdiff_t i = 0; i < extent; i++) {
    const lanes_f32 e = exp_of_negative(load_up_to(src + i * stride, left) - greatest);
    sum += e;
    if (!is_log) store_up_to(dst + i * stride, e, left);
  }
  if (is_log) {
    const lanes_f32 logarithm = log_of(sum);
    for (ptrdiff_t i = 0; i < extent; i++) {
      store_up_to(dst + i * stride, load_up_to(src + i * stride, left) - greatest - logarithm, left);
    }
  } else {
    const lanes_f32 factor = 1.0f / sum;
    for (ptrdiff_t i = 0; i < extent; i++) {
      store_up_to(dst + i * stride, load_up_to(dst + i * stride, left) * factor, left);
    }
  }
}

/// The exponentials of a vector of a row, 0 in lanes beyond its end.
INLINE lanes_f32 row_exponentials(const float *src, lanes_f32 greatest, ptrdiff_t left) {
  const lanes_f32 e = exp_of_negative(load_up_to(src, left) - greatest);
  return left < LANES ? (first_lanes(left) ? e : (lanes_f32)0.0f) : e;
}

INLINE void softmax_row(const float *src, float *dst, ptrdiff_t extent, int is_log) {
  lanes_f32 greatest = -__builtin_inff();
  for (ptrdiff_t i = 0; i < extent; i += LANES) {
    const lanes_f32 above = at_least(greatest, load_up_to(src + i, extent - i));
    greatest = extent - i < LANES ? (first_lanes(extent - i) ? above : greatest) : above;
  }
  // NaN is never the greatest, so that it shows in the sum; a row of minus infinities gives infinity minus infinity.
  const lanes_f32 offset = greatest_of(greatest);
  lanes_f32 sums[2] = {0.0f, 0.0f};
  ptrdiff_t i = 0;
  for (; i + 2 * LANES <= extent; i += 2 * LANES) {
    const lanes_f32 a = row_exponentials(src + i, offset, LANES), b = row_exponentials(src + i + LANES, offset, LANES);
    sums[0] += a;
    sums[1] += b;
    if (!is_log) {
      store(dst + i, a);
      store(dst + i + LANES, b);
    }
  }
  for (; i < extent; i += LANES) {
    const lanes_f32 e = row_exponentials(src + i, offset, extent - i);
    sums[0] += e;
    if (!is_log) store_up_to(dst + i, e, extent - i);
  }
  const float sum = sum_of(sums[0] + sums[1]);
  const lanes_f32 logarithm = log_of((lanes_f32)sum), factor = 1.0f / (lanes_f32)sum;
  for (i = 0; i < extent; i += LANES) {
    const ptrdiff_t left = extent - i;
    store_up_to(
      dst + i, is_log ? load_up_to(src + i, left) - offset - logarithm : load_up_to(dst + i, left) * factor, left);
  }
}

#define SOFTMAX_LINES(NAME, IS_LOG) \
  static void NAME(const ckernels_line_flags *flags, const void *src, void *dst, ptrdiff_t extent, ptrdiff_t stride, \
    ptrdiff_t count) { \
    (void)flags; \
    if (stride == 1) { \
      for (ptrdiff_t line = 0; line < count; line++) { \
        softmax_row((const float *)src + line * extent, (float *)dst + line * extent, extent, IS_LOG); \
      } \
    } else { \
      for (ptrdiff_t line = 0; line < count; line += LANES) { \
        softmax_columns((const float *)src + line, (float *)dst + line, extent, stride, count - line, IS_LOG); \
      } \
    } \
  }
SOFTMAX_LINES(line_softmax, 0)
SOFTMAX_LINES(line_log_softmax, 1)
