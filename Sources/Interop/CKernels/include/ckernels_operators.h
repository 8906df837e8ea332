#pragma once
#include "ckernels_types.h"

/// Everything but matrix products, compiled once per instruction-set level from the same source.
///
/// Kernels allocate nothing, keep no state and make no OS calls. Extents may be 0; pointers need no more alignment than
/// their type. Where a result may overlap a source it is said.
typedef struct ckernels_operator_table {
  ckernels_isa isa;

  /// dst[r*dst_stride + c] = epilogue(sums[r*sums_stride + c]), scale and bias indexed by r; residual laid out like
  /// dst. dst may be sums.
  void (*epilogue_by_row)(const ckernels_epilogue *epilogue, const float *sums, ptrdiff_t sums_stride, float *dst,
    ptrdiff_t dst_stride, ptrdiff_t rows, ptrdiff_t columns);

  /// The same with scale and bias indexed by c. dst may be sums.
  void (*epilogue_by_column)(const ckernels_epilogue *epilogue, const float *sums, ptrdiff_t sums_stride, float *dst,
    ptrdiff_t dst_stride, ptrdiff_t rows, ptrdiff_t columns);

  /// sums[i] += (int32) partial[i]; partial holds integers of magnitude at most 2^24. A NaN makes
  /// its sum INT32_MIN for good, which convert_s32 turns back into NaN. `first` overwrites instead.
  void (*accumulate_s32)(const float *partial, int32_t *sums, ptrdiff_t count, int first);

  /// dst[i] = (float) sums[i], nearest even; NaN for INT32_MIN. dst may be sums (in place).
  void (*convert_s32)(const int32_t *sums, float *dst, ptrdiff_t count);

  /// dst[i] = format(src[i]). dst may be src.
  void (*convert)(ckernels_format format, const float *src, float *dst, ptrdiff_t count);

  /// Columns column_begin ..< column_begin + column_count of the im2col matrix of one image: dst
  /// (c*kh*kw, column_count), row-major with row stride dst_stride; columns enumerate output positions row by row;
  /// padding is 0.
  void (*im2col)(const ckernels_convolution *geometry, const float *src, ptrdiff_t column_begin, ptrdiff_t column_count,
    float *dst, ptrdiff_t dst_stride);

  /// Output channels begin ..< end of one image's depthwise convolution: channel c reads plane c / multiplier of src
  /// with its own weights (kh, kw) at weights[c]. Sums in FP32, exact for integers whose sums stay below 2^24. Epilogue
  /// by channel. `channels` of the geometry does not count.
  void (*depthwise)(const ckernels_convolution *geometry, const float *src, const float *weights, ptrdiff_t multiplier,
    const ckernels_epilogue *epilogue, float *dst, ptrdiff_t channel_begin, ptrdiff_t channel_end);

  /// dst (columns, rows) = src (rows, columns) transposed, both dense.
  void (*transpose)(const float *src, ptrdiff_t rows, ptrdiff_t columns, float *dst);

  /// Maximum pooling of `planes` planes of (height, width) to (out_height, out_width); padding never wins. A window
  /// with a NaN gives NaN, one that holds nothing but padding minus infinity.
  void (*max_pool)(const ckernels_convolution *geometry, const float *src, float *dst, ptrdiff_t planes);

  /// dst[p] = format(scale * mean of plane p).
  void (*average_planes)(
    ckernels_format format, const float *src, ptrdiff_t plane_size, float scale, float *dst, ptrdiff_t planes);

  /// Row-wise layer normalisation of src [+ residual] (rows, columns): (x - mean) / sqrt(variance + epsilon) * gamma
  /// + beta. Mean and biased variance in two passes.
  void (*layer_norm)(ckernels_format format, const float *src, const float *residual, const float *gamma,
    const float *beta, float epsilon, float *dst, ptrdiff_t rows, ptrdiff_t columns);

  /// Row-wise softmax over columns with mask[c] != 0 (mask NULL: all); masked columns and rows without any column
  /// get 0, also rows of which every column is minus infinity; a NaN or +infinity in a column that counts gives a row
  /// of NaN. Input is multiplied by src_scale first. dst may be src.
  void (*masked_softmax)(ckernels_format format, const float *src, float src_scale, const int32_t *mask, float *dst,
    ptrdiff_t rows, ptrdiff_t columns);

  /// Row-wise softmax of src [+ addend]. Row r's addend begins at addend + r * addend_row_stride and its columns are
  /// addend_step (0 or 1) apart; NULL for none. A row of minus infinities, or with a NaN or +infinity, gives NaN. dst
  /// may be src.
  void (*softmax)(ckernels_format format, const float *src, const float *addend, ptrdiff_t addend_row_stride,
    ptrdiff_t addend_step, float *dst, ptrdiff_t rows, ptrdiff_t columns);

  /// dst[i] (features) = word[ids[i]] + position[i mod sequence] + type[type_ids[i]] for `tokens` rows starting at
  /// global token index `token_begin` (ids, type_ids, dst point at that token). An id outside its table gives a
  /// row of NaN.
  void (*embedding)(ckernels_format format, const int32_t *ids, const int32_t *type_ids, const float *word,
    ptrdiff_t vocabulary, const float *position, const float *type, ptrdiff_t types, ptrdiff_t token_begin,
    ptrdiff_t sequence, ptrdiff_t features, float *dst, ptrdiff_t tokens);

  /// Mean over tokens with mask != 0: src (sequence, features) to dst (features); 0 where no token counts.
  void (*mean_pool)(
    ckernels_format format, const float *src, const int32_t *mask, ptrdiff_t sequence, ptrdiff_t features, float *dst);

  /// dst = format(src / max(euclidean norm, 1e-12)) over one row.
  void (*l2_normalize)(ckernels_format format, const float *src, float *dst, ptrdiff_t features);

  /// Least and greatest of src, ignoring NaN; +inf and -inf for an empty or all-NaN input.
  void (*min_max)(const float *src, ptrdiff_t count, float *least, float *greatest);

  /// dst[i] = exp(src[i]); relative error at most 2e-7 where the result is normal, 2^-149 where it is subnormal.
  /// dst may be src.
  void (*exponential)(const float *src, float *dst, ptrdiff_t count);
} ckernels_operator_table;

/// The table of a level. The caller must have checked that the CPU runs it.
const ckernels_operator_table *ckernels_operators(ckernels_isa isa);
