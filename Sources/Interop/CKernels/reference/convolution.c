#include "values.h"

#pragma STDC FP_CONTRACT OFF

enum {
  /// Results summed at the same time; their sums stay in the first-level cache.
  SPAN = 512
};

/// The results of one output row or part of one: a window of outputs that share channel and output y.
typedef struct output_span {
  ptrdiff_t y, x_begin, x_end;
} output_span;

/// sums[x - x_begin] += src[x * stride + offset] * weight for the x whose input lies within the row.
static void add_products(const ckernels_convolution *geometry, const float *src, double weight, ptrdiff_t offset,
  output_span span, double *restrict sums) {
  const ptrdiff_t stride = geometry->stride_x, width = geometry->width;
  ptrdiff_t begin = span.x_begin, end = span.x_end;
  while (begin < end && begin * stride + offset < 0) begin++;
  while (end > begin && (end - 1) * stride + offset >= width) end--;
  double *restrict first = sums + (begin - span.x_begin);
  const float *restrict inputs = src + begin * stride + offset;
  const ptrdiff_t count = end - begin;
  if (stride == 1) {
    for (ptrdiff_t i = 0; i < count; i++) first[i] += inputs[i] * weight;
  } else {
    for (ptrdiff_t i = 0; i < count; i++) first[i] += inputs[i * stride] * weight;
  }
}

/// One span's sums in the order c, kh, kw, for each result on its own; only the loop over results is innermost.
static void convolve_span(
  const ckernels_convolution *geometry, const float *src, const float *weights, output_span span, double *sums) {
  for (ptrdiff_t i = 0; i < span.x_end - span.x_begin; i++) sums[i] = 0;
  for (ptrdiff_t c = 0; c < geometry->channels; c++) {
    for (ptrdiff_t ky = 0; ky < geometry->kernel_height; ky++) {
      const ptrdiff_t y = (ptrdiff_t)span.y * geometry->stride_y - geometry->padding_top + ky * geometry->dilation_y;
      if (y < 0 || y >= geometry->height) continue;
      const float *row = src + (c * geometry->height + y) * geometry->width;
      const float *kernel = weights + (c * geometry->kernel_height + ky) * geometry->kernel_width;
      for (ptrdiff_t kx = 0; kx < geometry->kernel_width; kx++) {
        add_products(geometry, row, kernel[kx], kx * geometry->dilation_x - geometry->padding_left, span, sums);
      }
    }
  }
}

void ckernels_reference_convolution(const ckernels_convolution *geometry, const float *src, const float *weights,
  const ckernels_epilogue *epilogue, float *dst, ptrdiff_t channel_begin, ptrdiff_t channel_end) {
  ckernels_convolution g = *geometry;
  if (g.kernel_height == 1 && g.kernel_width == 1 && g.height == g.out_height && g.width == g.out_width &&
      g.stride_y == 1 && g.stride_x == 1 && g.padding_top == 0 && g.padding_left == 0) {
    // Every pixel is a result of its own: one long row.
    g.width *= g.height;
    g.out_width *= g.out_height;
    g.height = g.out_height = 1;
  }
  const ptrdiff_t kernel_size = (ptrdiff_t)g.channels * g.kernel_height * g.kernel_width;
  for (ptrdiff_t channel = channel_begin; channel < channel_end; channel++) {
    for (ptrdiff_t y = 0; y < g.out_height; y++) {
      for (ptrdiff_t x = 0; x < g.out_width; x += SPAN) {
        const output_span span = {y, x, x + SPAN < g.out_width ? x + SPAN : g.out_width};
        double sums[SPAN];
        convolve_span(&g, src, weights + channel * kernel_size, span, sums);
        for (ptrdiff_t i = x; i < span.x_end; i++) {
          const ptrdiff_t index = (channel * g.out_height + y) * g.out_width + i;
          dst[index] = ckernels_finished(epilogue, sums[i - x], channel, index);
        }
      }
    }
  }
}
