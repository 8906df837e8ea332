#pragma once
#include "ckernels_types.h"

/// The oracle: obvious loops, products summed in index order in FP64 and rounded once to FP32, libm functions in FP64,
/// no contraction. Work is given as a range of independent results, so any split over threads gives the same bits.

/// Output channels begin ..< end of one image: src (c,h,w), weights (co,c,kh,kw), dst (co,ho,wo). Sums run over c, kh,
/// kw. Epilogue by output channel. With groups, each group is a convolution of its own.
void ckernels_reference_convolution(const ckernels_convolution *geometry, const float *src, const float *weights,
  const ckernels_epilogue *epilogue, float *dst, ptrdiff_t channel_begin, ptrdiff_t channel_end);

/// Rows begin ..< end of dst (rows, n) = src (rows, k) times weights (n, k) transposed. Epilogue by column.
void ckernels_reference_linear(const float *src, const float *weights, ptrdiff_t n, ptrdiff_t k,
  const ckernels_epilogue *epilogue, float *dst, ptrdiff_t row_begin, ptrdiff_t row_end);

/// Rows begin ..< end of dst (m, n) = scale * a (m, k) times b: (k, n), or (n, k) where `transposes_b`. Rows are the
/// strides apart; columns are adjacent.
void ckernels_reference_matmul(const float *a, ptrdiff_t stride_a, const float *b, ptrdiff_t stride_b, int transposes_b,
  ptrdiff_t n, ptrdiff_t k, float scale, ckernels_format format, float *dst, ptrdiff_t stride_dst, ptrdiff_t row_begin,
  ptrdiff_t row_end);

/// As the operator table's functions of the same names.
void ckernels_reference_max_pool(const ckernels_convolution *geometry, const float *src, float *dst, ptrdiff_t planes);
void ckernels_reference_average_planes(
  ckernels_format format, const float *src, ptrdiff_t plane_size, float scale, float *dst, ptrdiff_t planes);
void ckernels_reference_layer_norm(ckernels_format format, const float *src, const float *residual, const float *gamma,
  const float *beta, float epsilon, float *dst, ptrdiff_t rows, ptrdiff_t columns);
void ckernels_reference_masked_softmax(ckernels_format format, const float *src, float src_scale, const int32_t *mask,
  float *dst, ptrdiff_t rows, ptrdiff_t columns);
void ckernels_reference_softmax(ckernels_format format, const float *src, const float *addend,
  ptrdiff_t addend_row_stride, ptrdiff_t addend_step, float *dst, ptrdiff_t rows, ptrdiff_t columns);
void ckernels_reference_embedding(ckernels_format format, const int32_t *ids, const int32_t *type_ids,
  const float *word, ptrdiff_t vocabulary, const float *position, const float *type, ptrdiff_t types,
  ptrdiff_t token_begin, ptrdiff_t sequence, ptrdiff_t features, float *dst, ptrdiff_t tokens);
void ckernels_reference_mean_pool(
  ckernels_format format, const float *src, const int32_t *mask, ptrdiff_t sequence, ptrdiff_t features, float *dst);
void ckernels_reference_l2_normalize(ckernels_format format, const float *src, float *dst, ptrdiff_t features);

/// One value through a format, as `convert` does it.
float ckernels_reference_format(ckernels_format format, float value);

/// One sum through an epilogue's element: scale and bias already chosen for it.
float ckernels_reference_epilogue(
  const ckernels_epilogue *epilogue, double sum, float scale, float bias, float residual);
