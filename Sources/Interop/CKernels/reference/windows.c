#include <math.h>

#include "values.h"

#pragma STDC FP_CONTRACT OFF

void ckernels_reference_max_pool(const ckernels_convolution *geometry, const float *src, float *dst, ptrdiff_t planes) {
  const ckernels_convolution g = *geometry;
  for (ptrdiff_t plane = 0; plane < planes; plane++, src += (ptrdiff_t)g.height * g.width) {
    for (ptrdiff_t out_y = 0; out_y < g.out_height; out_y++) {
      for (ptrdiff_t out_x = 0; out_x < g.out_width; out_x++) {
        float greatest = -INFINITY;
        for (ptrdiff_t ky = 0; ky < g.kernel_height; ky++) {
          for (ptrdiff_t kx = 0; kx < g.kernel_width; kx++) {
            const ptrdiff_t y = out_y * g.stride_y - g.padding_top + ky * g.dilation_y;
            const ptrdiff_t x = out_x * g.stride_x - g.padding_left + kx * g.dilation_x;
            if (y < 0 || y >= g.height || x < 0 || x >= g.width) continue;
            const float value = src[y * g.width + x];
            if (value > greatest || isnan(value)) greatest = value;
          }
        }
        *dst++ = greatest;
      }
    }
  }
}

void ckernels_reference_average_planes(
  ckernels_format format, const float *src, ptrdiff_t plane_size, float scale, float *dst, ptrdiff_t planes) {
  for (ptrdiff_t plane = 0; plane < planes; plane++) {
    double sum = 0;
    for (ptrdiff_t i = 0; i < plane_size; i++) sum += src[plane * plane_size + i];
    dst[plane] = ckernels_stored(format, scale * (sum / (double)plane_size));
  }
}
