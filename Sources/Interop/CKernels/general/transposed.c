// Transposed convolutions and the matrices between images and what windows read of them.
#include "axes.h"

#pragma STDC FP_CONTRACT OFF

enum {
  /// Results summed at the same time.
  SPAN = 512
};

/// The position of the convolution's output whose tap `tap` reads `place`, or -1.
INLINE ptrdiff_t reading_output(const ckernels_window *window, int axis, ptrdiff_t place, ptrdiff_t tap) {
  const ptrdiff_t distance = place + window->padding[axis] - tap * window->dilation[axis];
  if (distance < 0 || distance % window->stride[axis]) return -1;
  const ptrdiff_t position = distance / window->stride[axis];
  return position < window->out[axis] ? position : -1;
}

#define DEFINE_TRANSPOSED(SUFFIX, TYPE) \
  static void transposed_row_##SUFFIX(const ckernels_window *window, const TYPE *src, const TYPE *weights, \
    ptrdiff_t weights_stride, ptrdiff_t channels, ptrdiff_t z, ptrdiff_t y, span part, double *sums) { \
    for (ptrdiff_t i = 0; i < part.end - part.begin; i++) sums[i] = 0; \
    const ptrdiff_t plane = extent_product(window->out); \
    for (ptrdiff_t c = 0; c < channels; c++) { \
      for (ptrdiff_t kz = 0; kz < window->kernel[0]; kz++) { \
        const ptrdiff_t src_z = reading_output(window, 0, z, kz); \
        for (ptrdiff_t ky = 0; src_z >= 0 && ky < window->kernel[1]; ky++) { \
          const ptrdiff_t src_y = reading_output(window, 1, y, ky); \
          if (src_y < 0) continue; \
          const TYPE *row = src + c * plane + (src_z * window->out[1] + src_y) * window->out[2]; \
          const TYPE *kernel = weights + c * weights_stride + (kz * window->kernel[1] + ky) * window->kernel[2]; \
          for (ptrdiff_t kx = 0; kx < window->kernel[2]; kx++) { \
            const double factor = kernel[kx]; \
            const span all = {0, window->out[2]}; \
            const ptrdiff_t start = kx * window->dilation[2] - window->padding[2] - part.begin; \
            const span inside = indices_inside(start, window->stride[2], part.end - part.begin, all); \
            for (ptrdiff_t i = inside.begin; i < inside.end; i++) { \
              sums[start + i * window->stride[2]] += row[i] * factor; \
            } \
          } \
        } \
      } \
    } \
  } \
  void ckernels_convolve_transposed_##SUFFIX(const ckernels_window *window, const TYPE *src, const TYPE *weights, \
    ptrdiff_t weights_stride, ptrdiff_t channels, const TYPE *bias, TYPE *dst) { \
    const ptrdiff_t width = window->in[2]; \
    const double addend = bias ? *bias : 0; \
    for (ptrdiff_t z = 0; z < window->in[0]; z++) { \
      for (ptrdiff_t y = 0; y < window->in[1]; y++) { \
        TYPE *results = dst + (z * window->in[1] + y) * width; \
        for (ptrdiff_t x = 0; x < width; x += SPAN) { \
          const span part = {x, smaller_of(x + SPAN, width)}; \
          double sums[SPAN]; \
          transposed_row_##SUFFIX(window, src, weights, weights_stride, channels, z, y, part, sums); \
          for (ptrdiff_t i = part.begin; i < part.end; i++) results[i] = (TYPE)(sums[i - x] + addend); \
        } \
      } \
    } \
  } \
  void ckernels_fold_columns_##SUFFIX( \
    const ckernels_window *window, const TYPE *columns, TYPE bias, TYPE *restrict dst) { \
    const ptrdiff_t count = extent_product(window->in), width = window->out[2]; \
    for (ptrdiff_t i = 0; i < count; i++) dst[i] = bias; \
    const span all = {0, width}; \
    for (ptrdiff_t kz = 0; kz < window->kernel[0]; kz++) { \
      for (ptrdiff_t ky = 0; ky < window->kernel[1]; ky++) { \
        for (ptrdiff_t kx = 0; kx < window->kernel[2]; kx++) { \
          const span inside = outputs_inside(window, kx, all); \
          const ptrdiff_t offset = kx * window->dilation[2] - window->padding[2], stride = window->stride[2]; \
          for (ptrdiff_t z = 0; z < window->out[0]; z++) { \
            const ptrdiff_t in_z = window_start(window, 0, z) + kz * window->dilation[0]; \
            for (ptrdiff_t y = 0; y < window->out[1]; y++, columns += width) { \
              const ptrdiff_t in_y = window_start(window, 1, y) + ky * window->dilation[1]; \
              if (in_z < 0 || in_z >= window->in[0] || in_y < 0 || in_y >= window->in[1]) continue; \
              TYPE *row = dst + (in_z * window->in[1] + in_y) * window->in[2]; \
              for (ptrdiff_t i = inside.begin; i < inside.end; i++) row[i * stride + offset] += columns[i]; \
            } \
          } \
        } \
      } \
    } \
  }

DEFINE_TRANSPOSED(f32, float)
DEFINE_TRANSPOSED(f64, double)

#define DEFINE_COLUMNS(NAME, TYPE, VALUE) \
  static void NAME(const ckernels_window *window, const TYPE *src, ckernels_byte_code code, ptrdiff_t k_begin, \
    ptrdiff_t k_end, ptrdiff_t p_begin, ptrdiff_t p_end, float *dst, ptrdiff_t dst_stride) { \
    (void)code; \
    const ptrdiff_t width = window->out[2], height = window->out[1], taps = extent_product(window->kernel); \
    const ptrdiff_t plane = extent_product(window->in), stride = window->stride[2]; \
    for (ptrdiff_t k = k_begin; k < k_end; k++, dst += dst_stride) { \
      const ptrdiff_t channel = k / taps, tap = k % taps, kx = tap % window->kernel[2]; \
      const ptrdiff_t ky = tap / window->kernel[2] % window->kernel[1]; \
      const ptrdiff_t kz = tap / (window->kernel[2] * window->kernel[1]); \
      const ptrdiff_t offset = kx * window->dilation[2] - window->padding[2]; \
      float *results = dst; \
      for (ptrdiff_t p = p_begin; p < p_end;) { \
        const ptrdiff_t row_index = p / width, x = p % width; \
        const span part = {x, smaller_of(width, x + p_end - p)}; \
        const ptrdiff_t in_y = window_start(window, 1, row_index % height) + ky * window->dilation[1]; \
        const ptrdiff_t in_z = window_start(window, 0, row_index / height) + kz * window->dilation[0]; \
        span inside = outputs_inside(window, kx, part); \
        if (in_z < 0 || in_z >= window->in[0] || in_y < 0 || in_y >= window->in[1] || inside.end < inside.begin) { \
          inside = (span){part.end, part.end}; \
        } \
        for (ptrdiff_t i = part.begin; i < inside.begin; i++) *results++ = 0; \
        const TYPE *row = src + channel * plane + (in_z * window->in[1] + in_y) * window->in[2] + offset; \
        if (stride == 1) { \
          for (ptrdiff_t i = inside.begin; i < inside.end; i++) results[i - inside.begin] = VALUE(row[i]); \
        } else { \
          for (ptrdiff_t i = inside.begin; i < inside.end; i++) results[i - inside.begin] = VALUE(row[i * stride]); \
        } \
        results += inside.end - inside.begin; \
        for (ptrdiff_t i = inside.end; i < part.end; i++) *results++ = 0; \
        p += part.end - part.begin; \
      } \
    } \
  }

#define SAME(x) (x)
#define DECODED(x) (float)(((x) ^ code.flip) - code.offset)
DEFINE_COLUMNS(columns_f32, float, SAME)
DEFINE_COLUMNS(columns_u8, uint8_t, DECODED)

void ckernels_window_columns_f32(const ckernels_window *window, const float *src, ptrdiff_t k_begin, ptrdiff_t k_end,
  ptrdiff_t p_begin, ptrdiff_t p_end, float *dst, ptrdiff_t dst_stride) {
  columns_f32(window, src, (ckernels_byte_code){0, 0}, k_begin, k_end, p_begin, p_end, dst, dst_stride);
}

void ckernels_window_columns_u8(const ckernels_window *window, const uint8_t *src, ckernels_byte_code code,
  ptrdiff_t k_begin, ptrdiff_t k_end, ptrdiff_t p_begin, ptrdiff_t p_end, float *dst, ptrdiff_t dst_stride) {
  columns_u8(window, src, code, k_begin, k_end, p_begin, p_end, dst, dst_stride);
}
