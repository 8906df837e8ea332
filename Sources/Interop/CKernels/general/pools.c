// Pools: for each output row, one pass over the row for every tap, so that rows are vectorised.
#include "axes.h"
#include <math.h>

#pragma STDC FP_CONTRACT OFF

enum {
  /// Results summed at the same time.
  SPAN = 512
};

/// Where an element lies in its plane, row-major or with the first axis innermost.
INLINE int64_t place(const ckernels_window *window, ptrdiff_t z, ptrdiff_t y, ptrdiff_t x, int column_major) {
  if (column_major) return z + window->in[0] * (y + window->in[1] * x);
  return (z * window->in[1] + y) * window->in[2] + x;
}

/// `dst` becomes the greatest of each window of output row (z, y); NaN wins over everything.
#define DEFINE_MAXIMUM(SUFFIX, TYPE, LEAST) \
  static void maximum_row_##SUFFIX(const ckernels_window *window, const TYPE *src, ptrdiff_t z, ptrdiff_t y, \
    TYPE *restrict dst, int64_t *restrict indices, int64_t index_offset, int column_major) { \
    const span all = {0, window->out[2]}, z_taps = taps_inside(window, 0, z), y_taps = taps_inside(window, 1, y); \
    for (ptrdiff_t i = 0; i < all.end; i++) dst[i] = LEAST; \
    for (ptrdiff_t i = 0; indices && i < all.end; i++) indices[i] = index_offset; \
    for (ptrdiff_t kz = z_taps.begin; kz < z_taps.end; kz++) { \
      const ptrdiff_t in_z = window_start(window, 0, z) + kz * window->dilation[0]; \
      for (ptrdiff_t ky = y_taps.begin; ky < y_taps.end; ky++) { \
        const ptrdiff_t in_y = window_start(window, 1, y) + ky * window->dilation[1]; \
        const TYPE *row = src + (in_z * window->in[1] + in_y) * window->in[2]; \
        for (ptrdiff_t kx = 0; kx < window->kernel[2]; kx++) { \
          const span inside = outputs_inside(window, kx, all); \
          const ptrdiff_t offset = kx * window->dilation[2] - window->padding[2], stride = window->stride[2]; \
          if (indices) { \
            const int first = kz == z_taps.begin && ky == y_taps.begin; \
            for (ptrdiff_t i = inside.begin; i < inside.end; i++) { \
              const ptrdiff_t in_x = i * stride + offset; \
              const TYPE value = row[in_x]; \
              /* The first tap inside is taken whatever its value, so that the index is always one of the window. */ \
              const int is_start = first && kx == taps_inside(window, 2, i).begin; \
              if (is_start || value > dst[i] || (value != value && dst[i] == dst[i])) { \
                dst[i] = value; \
                indices[i] = index_offset + place(window, in_z, in_y, in_x, column_major); \
              } \
            } \
          } else if (stride == 1) { \
            for (ptrdiff_t i = inside.begin; i < inside.end; i++) { \
              const TYPE value = row[i + offset]; \
              dst[i] = value > dst[i] || value != value ? value : dst[i]; \
            } \
          } else { \
            for (ptrdiff_t i = inside.begin; i < inside.end; i++) { \
              const TYPE value = row[i * stride + offset]; \
              dst[i] = value > dst[i] || value != value ? value : dst[i]; \
            } \
          } \
        } \
      } \
    } \
  } \
  void ckernels_pool_max_##SUFFIX(const ckernels_window *window, const TYPE *src, TYPE *dst, int64_t *indices, \
    int64_t index_offset, int column_major) { \
    for (ptrdiff_t z = 0; z < window->out[0]; z++) { \
      for (ptrdiff_t y = 0; y < window->out[1]; y++) { \
        const ptrdiff_t row = (z * window->out[1] + y) * window->out[2]; \
        maximum_row_##SUFFIX(window, src, z, y, dst + row, indices ? indices + row : 0, index_offset, column_major); \
      } \
    } \
  }

DEFINE_MAXIMUM(f32, float, -INFINITY)
DEFINE_MAXIMUM(f64, double, -INFINITY)
DEFINE_MAXIMUM(s8, int8_t, INT8_MIN)
DEFINE_MAXIMUM(u8, uint8_t, 0)

/// The number of taps of output `position` inside the image or, where `counts_padding`, inside the padded image.
static ptrdiff_t counted_taps(const ckernels_window *window, int axis, ptrdiff_t position, int counts_padding) {
  const span all = {0, window->kernel[axis]};
  const ptrdiff_t before = counts_padding ? window->padding[axis] : 0;
  const ptrdiff_t extent = window->in[axis] + before + (counts_padding ? window->padding_end[axis] : 0);
  const span taps = indices_inside(window_start(window, axis, position) + before, window->dilation[axis], extent, all);
  return larger_of(taps.end - taps.begin, 0);
}

/// Sums TERM of each `x` in the windows of outputs (z, y, part).
#define DEFINE_POOL_SUMS(NAME, TYPE, TERM) \
  INLINE void NAME(const ckernels_window *window, const TYPE *src, ptrdiff_t z, ptrdiff_t y, span part, double p, \
    double *restrict sums) { \
    (void)p; \
    const span z_taps = taps_inside(window, 0, z), y_taps = taps_inside(window, 1, y); \
    for (ptrdiff_t i = 0; i < part.end - part.begin; i++) sums[i] = 0; \
    for (ptrdiff_t kz = z_taps.begin; kz < z_taps.end; kz++) { \
      const ptrdiff_t in_z = window_start(window, 0, z) + kz * window->dilation[0]; \
      for (ptrdiff_t ky = y_taps.begin; ky < y_taps.end; ky++) { \
        const ptrdiff_t in_y = window_start(window, 1, y) + ky * window->dilation[1]; \
        const TYPE *row = src + (in_z * window->in[1] + in_y) * window->in[2]; \
        for (ptrdiff_t kx = 0; kx < window->kernel[2]; kx++) { \
          const span inside = outputs_inside(window, kx, part); \
          const ptrdiff_t offset = kx * window->dilation[2] - window->padding[2]; \
          for (ptrdiff_t i = inside.begin; i < inside.end; i++) { \
            const double x = row[i * window->stride[2] + offset]; \
            sums[i - part.begin] += TERM; \
          } \
        } \
      } \
    } \
  }

/// Defines a pool that stores RESULT of each `sum`; `z`, `y` and `i` are the output's position.
#define DEFINE_SUMMING_POOL(NAME, TYPE, TERM, PARAMETERS, EXPONENT, ROW, RESULT) \
  DEFINE_POOL_SUMS(NAME##_sums, TYPE, TERM) \
  void ckernels_##NAME(const ckernels_window *window, const TYPE *src, TYPE *dst, UNPACK PARAMETERS) { \
    const ptrdiff_t width = window->out[2]; \
    for (ptrdiff_t z = 0; z < window->out[0]; z++) { \
      for (ptrdiff_t y = 0; y < window->out[1]; y++) { \
        TYPE *results = dst + (z * window->out[1] + y) * width; \
        ROW; \
        for (ptrdiff_t start = 0; start < width; start += SPAN) { \
          const span part = {start, smaller_of(start + SPAN, width)}; \
          double sums[SPAN]; \
          NAME##_sums(window, src, z, y, part, EXPONENT, sums); \
          for (ptrdiff_t i = part.begin; i < part.end; i++) { \
            const double sum = sums[i - start]; \
            results[i] = (TYPE)(RESULT); \
          } \
        } \
      } \
    } \
  }

INLINE double mean_of(double sum, ptrdiff_t count) { return count > 0 ? sum / (double)count : 0; }
INLINE double power_of(double x, double p) { return p == 1 ? fabs(x) : p == 2 ? x * x : pow(fabs(x), p); }
INLINE double root_of(double x, double p) { return p == 1 ? x : p == 2 ? sqrt(x) : pow(x, 1 / p); }

#define DEFINE_SUMMING_POOLS(SUFFIX, TYPE) \
  DEFINE_SUMMING_POOL(pool_average_##SUFFIX, TYPE, x, (int counts_padding), 1, \
    const ptrdiff_t row_taps = \
      counted_taps(window, 0, z, counts_padding) * counted_taps(window, 1, y, counts_padding), \
    mean_of(sum, row_taps * counted_taps(window, 2, i, counts_padding))) \
  DEFINE_SUMMING_POOL(pool_norm_##SUFFIX, TYPE, power_of(x, p), (double p), p, (void)0, root_of(sum, p))

DEFINE_SUMMING_POOLS(f32, float)
DEFINE_SUMMING_POOLS(f64, double)

#define DEFINE_PLANES(SUFFIX, TYPE) \
  void ckernels_plane_mean_##SUFFIX(const TYPE *src, ptrdiff_t count, TYPE *dst) { \
    double sum = 0; \
    for (ptrdiff_t i = 0; i < count; i++) sum += src[i]; \
    *dst = (TYPE)(sum / (double)count); \
  } \
  void ckernels_plane_max_##SUFFIX(const TYPE *src, ptrdiff_t count, TYPE *dst) { \
    TYPE greatest = -INFINITY; \
    for (ptrdiff_t i = 0; i < count; i++) greatest = src[i] > greatest || src[i] != src[i] ? src[i] : greatest; \
    *dst = greatest; \
  } \
  void ckernels_plane_norm_##SUFFIX(const TYPE *src, ptrdiff_t count, double p, TYPE *dst) { \
    double sum = 0; \
    for (ptrdiff_t i = 0; i < count; i++) sum += power_of(src[i], p); \
    *dst = (TYPE)root_of(sum, p); \
  } \
  void ckernels_local_response_##SUFFIX(const TYPE *src, ptrdiff_t plane, ptrdiff_t channel, ptrdiff_t first, \
    ptrdiff_t last, double factor, double beta, double bias, TYPE *dst) { \
    for (ptrdiff_t start = 0; start < plane; start += SPAN) { \
      const ptrdiff_t count = smaller_of(SPAN, plane - start); \
      double squares[SPAN] = {0}; \
      for (ptrdiff_t c = first; c < last; c++) { \
        const TYPE *values = src + c * plane + start; \
        for (ptrdiff_t i = 0; i < count; i++) squares[i] += (double)values[i] * values[i]; \
      } \
      const TYPE *values = src + channel * plane + start; \
      for (ptrdiff_t i = 0; i < count; i++) { \
        const double base = bias + factor * squares[i]; \
        /* Three quarters, the default, needs no logarithm. */ \
        const double power = beta == 0.75 ? sqrt(base) * sqrt(sqrt(base)) : pow(base, beta); \
        dst[start + i] = (TYPE)(values[i] / power); \
      } \
    } \
  }

DEFINE_PLANES(f32, float)
DEFINE_PLANES(f64, double)
