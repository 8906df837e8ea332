#pragma once
#include "ckernels_types.h"

/// Windows that slide over an image of up to three dimensions (depth, height, width; extents 1 where there are fewer).
///
/// Output o and tap k of an axis read input o * stride - padding + k * dilation; inputs outside of the image are
/// padding. All values are from 0 to 2^31 - 1, so that every out * stride + kernel * dilation is below 2^62.
typedef struct ckernels_window {
  ptrdiff_t in[3], out[3], kernel[3], stride[3], dilation[3];
  /// Before and after the image; only average pools read the latter.
  ptrdiff_t padding[3], padding_end[3];
} ckernels_window;

/// Bytes that stand for integers: value = (byte ^ flip) - offset. A u8 with zero point z is {0, z}; an s8 {0x80, z +
/// 128}.
typedef struct ckernels_byte_code {
  uint8_t flip;
  int32_t offset;
} ckernels_byte_code;

/// One output plane: dst (out) = bias + sums over channels and taps of src (channels, in) times weights (channels,
/// kernel). Products are summed in FP64 in the order of channels and taps, the bias last.
void ckernels_convolve_f32(const ckernels_window *window, const float *src, const float *weights, ptrdiff_t channels,
  const float *bias, float *dst);
void ckernels_convolve_f64(const ckernels_window *window, const double *src, const double *weights, ptrdiff_t channels,
  const double *bias, double *dst);
/// The same with FP32 sums; for few channels.
void ckernels_convolve_fast_f32(ckernels_isa isa, const ckernels_window *window, const float *src, const float *weights,
  ptrdiff_t channels, const float *bias, float *dst);
/// The same of integers without bias, modulo 2^32.
void ckernels_convolve_s32(ckernels_isa isa, const ckernels_window *window, const uint8_t *src,
  ckernels_byte_code src_code, const uint8_t *weights, ckernels_byte_code weights_code, ptrdiff_t channels,
  int32_t *dst);

/// One plane of a transposed convolution: `window` is that of the convolution from dst (window.in) to src (channels,
/// window.out). The weights of successive channels are weights_stride apart. FP64 sums.
void ckernels_convolve_transposed_f32(const ckernels_window *window, const float *src, const float *weights,
  ptrdiff_t weights_stride, ptrdiff_t channels, const float *bias, float *dst);
void ckernels_convolve_transposed_f64(const ckernels_window *window, const double *src, const double *weights,
  ptrdiff_t weights_stride, ptrdiff_t channels, const double *bias, double *dst);

/// Rows k_begin ..< k_end and columns p_begin ..< p_end of the matrix (channels * kernel, out) of what the windows
/// read, to dst with its first element at (k_begin, p_begin); padding is 0.
void ckernels_window_columns_f32(const ckernels_window *window, const float *src, ptrdiff_t k_begin, ptrdiff_t k_end,
  ptrdiff_t p_begin, ptrdiff_t p_end, float *dst, ptrdiff_t dst_stride);
/// The same of integers, as floats.
void ckernels_window_columns_u8(const ckernels_window *window, const uint8_t *src, ckernels_byte_code code,
  ptrdiff_t k_begin, ptrdiff_t k_end, ptrdiff_t p_begin, ptrdiff_t p_end, float *dst, ptrdiff_t dst_stride);

/// Adds one channel's columns (kernel, out) to the inputs that they were read from: dst (in) = bias + sums, in the
/// order of taps.
void ckernels_fold_columns_f32(const ckernels_window *window, const float *columns, float bias, float *dst);
void ckernels_fold_columns_f64(const ckernels_window *window, const double *columns, double bias, double *dst);

/// One plane: dst = the greatest element of each window, NaN where it has one; the least value of the type where a
/// window lies in the padding. `indices` (NULL for none) gets index_offset plus the place of the first greatest
/// element, row-major or, where `column_major`, with the first axis innermost.
void ckernels_pool_max_f32(const ckernels_window *window, const float *src, float *dst, int64_t *indices,
  int64_t index_offset, int column_major);
void ckernels_pool_max_f64(const ckernels_window *window, const double *src, double *dst, int64_t *indices,
  int64_t index_offset, int column_major);
void ckernels_pool_max_s8(const ckernels_window *window, const int8_t *src, int8_t *dst, int64_t *indices,
  int64_t index_offset, int column_major);
void ckernels_pool_max_u8(const ckernels_window *window, const uint8_t *src, uint8_t *dst, int64_t *indices,
  int64_t index_offset, int column_major);

/// One plane: dst = mean of each window, over the elements within the image or, where `counts_padding`, within the
/// image and its padding. 0 for a window without elements. FP64 sums.
void ckernels_pool_average_f32(const ckernels_window *window, const float *src, float *dst, int counts_padding);
void ckernels_pool_average_f64(const ckernels_window *window, const double *src, double *dst, int counts_padding);

/// One plane: dst = (sum of |x|^p)^(1/p) over each window. FP64.
void ckernels_pool_norm_f32(const ckernels_window *window, const float *src, float *dst, double p);
void ckernels_pool_norm_f64(const ckernels_window *window, const double *src, double *dst, double p);

/// One result of a whole plane; the greatest element is NaN where there is one; the mean of nothing is NaN. FP64 sums.
void ckernels_plane_mean_f32(const float *src, ptrdiff_t count, float *dst);
void ckernels_plane_mean_f64(const double *src, ptrdiff_t count, double *dst);
void ckernels_plane_max_f32(const float *src, ptrdiff_t count, float *dst);
void ckernels_plane_max_f64(const double *src, ptrdiff_t count, double *dst);
void ckernels_plane_norm_f32(const float *src, ptrdiff_t count, double p, float *dst);
void ckernels_plane_norm_f64(const double *src, ptrdiff_t count, double p, double *dst);

/// Local response normalisation of channel `channel` of one image src (channels, plane): dst = x / (bias + factor *
/// sum of squares over channels first ..< last) ^ beta, in FP64.
void ckernels_local_response_f32(const float *src, ptrdiff_t plane, ptrdiff_t channel, ptrdiff_t first, ptrdiff_t last,
  double factor, double beta, double bias, float *dst);
void ckernels_local_response_f64(const double *src, ptrdiff_t plane, ptrdiff_t channel, ptrdiff_t first, ptrdiff_t last,
  double factor, double beta, double bias, double *dst);
