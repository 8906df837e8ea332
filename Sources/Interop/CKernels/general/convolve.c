// Convolutions by definition: for each part of an output row, one pass over the row for every channel and tap.
#include "axes.h"

#pragma STDC FP_CONTRACT OFF

enum {
  /// Results summed at the same time; their sums stay in the first-level cache.
  SPAN = 512
};

/// Defines NAME_row: sums of outputs (z, y, x) for x in `part`. TERM is one input as SUM_TYPE, from `x` of type SRC;
/// FACTOR one weight, from `w`.
#define DEFINE_CONVOLUTION_ROW(NAME, SRC, WEIGHT, SUM_TYPE, TERM, FACTOR) \
  INLINE void NAME##_row(const ckernels_window *window, const SRC *src, ckernels_byte_code src_code, \
    const WEIGHT *weights, ckernels_byte_code weights_code, ptrdiff_t channels, ptrdiff_t z, ptrdiff_t y, span part, \
    SUM_TYPE *restrict sums) { \
    (void)src_code; \
    (void)weights_code; \
    for (ptrdiff_t i = 0; i < part.end - part.begin; i++) sums[i] = 0; \
    const span z_taps = taps_inside(window, 0, z), y_taps = taps_inside(window, 1, y); \
    const ptrdiff_t stride = window->stride[2], plane = extent_product(window->in); \
    const ptrdiff_t taps = extent_product(window->kernel); \
    for (ptrdiff_t c = 0; c < channels; c++) { \
      for (ptrdiff_t kz = z_taps.begin; kz < z_taps.end; kz++) { \
        const ptrdiff_t in_z = window_start(window, 0, z) + kz * window->dilation[0]; \
        for (ptrdiff_t ky = y_taps.begin; ky < y_taps.end; ky++) { \
          const ptrdiff_t in_y = window_start(window, 1, y) + ky * window->dilation[1]; \
          const SRC *row = src + c * plane + (in_z * window->in[1] + in_y) * window->in[2]; \
          const WEIGHT *kernel = weights + c * taps + (kz * window->kernel[1] + ky) * window->kernel[2]; \
          for (ptrdiff_t kx = 0; kx < window->kernel[2]; kx++) { \
            const WEIGHT w = kernel[kx]; \
            const SUM_TYPE factor = FACTOR; \
            const span inside = outputs_inside(window, kx, part); \
            const ptrdiff_t offset = kx * window->dilation[2] - window->padding[2]; \
            if (stride == 1) { \
              for (ptrdiff_t i = inside.begin; i < inside.end; i++) { \
                const SRC x = row[i + offset]; \
                sums[i - part.begin] += TERM * factor; \
              } \
            } else { \
              for (ptrdiff_t i = inside.begin; i < inside.end; i++) { \
                const SRC x = row[i * stride + offset]; \
                sums[i - part.begin] += TERM * factor; \
              } \
            } \
          } \
        } \
      } \
    } \
  }

/// Defines NAME, which calls NAME_row for all parts of all rows and stores RESULT of each `sum`.
#define DEFINE_CONVOLUTION(NAME, SRC, WEIGHT, SUM_TYPE, DST, TERM, FACTOR, RESULT) \
  DEFINE_CONVOLUTION_ROW(NAME, SRC, WEIGHT, SUM_TYPE, TERM, FACTOR) \
  INLINE void NAME(const ckernels_window *window, const SRC *src, ckernels_byte_code src_code, const WEIGHT *weights, \
    ckernels_byte_code weights_code, ptrdiff_t channels, const DST *bias, DST *dst) { \
    const ptrdiff_t width = window->out[2]; \
    (void)bias; \
    for (ptrdiff_t z = 0; z < window->out[0]; z++) { \
      for (ptrdiff_t y = 0; y < window->out[1]; y++) { \
        for (ptrdiff_t x = 0; x < width; x += SPAN) { \
          const span part = {x, smaller_of(x + SPAN, width)}; \
          SUM_TYPE sums[SPAN]; \
          NAME##_row(window, src, src_code, weights, weights_code, channels, z, y, part, sums); \
          DST *results = dst + (z * window->out[1] + y) * width; \
          for (ptrdiff_t i = part.begin; i < part.end; i++) { \
            const SUM_TYPE sum = sums[i - x]; \
            results[i] = (DST)(RESULT); \
          } \
        } \
      } \
    } \
  }

static const ckernels_byte_code no_code = {0, 0};

DEFINE_CONVOLUTION(exact_f32, float, float, double, float, (double)x, (double)w, sum + (bias ? (double)*bias : 0))
DEFINE_CONVOLUTION(exact_f64, double, double, double, double, x, w, sum + (bias ? *bias : 0))
DEFINE_CONVOLUTION(bytes, uint8_t, uint8_t, uint32_t, int32_t, (uint32_t)((x ^ src_code.flip) - src_code.offset),
  (uint32_t)((w ^ weights_code.flip) - weights_code.offset), sum)

void ckernels_convolve_f32(const ckernels_window *window, const float *src, const float *weights, ptrdiff_t channels,
  const float *bias, float *dst) {
  exact_f32(window, src, no_code, weights, no_code, channels, bias, dst);
}

void ckernels_convolve_f64(const ckernels_window *window, const double *src, const double *weights, ptrdiff_t channels,
  const double *bias, double *dst) {
  exact_f64(window, src, no_code, weights, no_code, channels, bias, dst);
}

INLINE void convolve_s32(const ckernels_window *window, const uint8_t *src, ckernels_byte_code src_code,
  const uint8_t *weights, ckernels_byte_code weights_code, ptrdiff_t channels, int32_t *dst) {
  bytes(window, src, src_code, weights, weights_code, channels, 0, dst);
}

FOR_ALL_LEVELS(convolve_s32,
  (const ckernels_window *window, const uint8_t *src, ckernels_byte_code src_code, const uint8_t *weights,
    ckernels_byte_code weights_code, ptrdiff_t channels, int32_t *dst),
  (window, src, src_code, weights, weights_code, channels, dst))

// FP32 sums may be fused where the level has the instruction; the exact ones above never are.
#pragma clang fp contract(fast)
DEFINE_CONVOLUTION(fast_f32, float, float, float, float, x, w, sum + (bias ? *bias : 0))

INLINE void convolve_fast_f32(const ckernels_window *window, const float *src, const float *weights, ptrdiff_t channels,
  const float *bias, float *dst) {
  fast_f32(window, src, no_code, weights, no_code, channels, bias, dst);
}

FOR_ALL_LEVELS(convolve_fast_f32,
  (const ckernels_window *window, const float *src, const float *weights, ptrdiff_t channels, const float *bias,
    float *dst),
  (window, src, weights, channels, bias, dst))
