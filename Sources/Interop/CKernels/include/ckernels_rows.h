#pragma once
#include "ckernels_gemm.h"
#include "ckernels_types.h"

/// Row-wise kernels on native storage, compiled once per instruction-set level from the same source.
///
/// *Native storage* holds elements in their format's own size: FP32 as float, BF16 as the upper half of a float, u8 and
/// s8 as one byte q with the zero point included. The real value of an integer element is (q - zero_point) * scale, one
/// FP32 multiplication; that of the others is the element. NaN, which no integer is, is stored as the format's least
/// integer: 0 in u8, in s8 the negative of what its bound is (127, or less for 7-bit kernels).
///
/// Kernels allocate nothing, keep no state and make no OS calls. Extents may be 0, and nothing is then read or written.
/// Pointers need no more alignment than their element type. Destinations overlap no source unless it is said. Results
/// do not depend on how the work is divided into ranges.

/// A change of format, of storage or of layout, or of all at once.
///
/// Where both formats are the same (also in scale and zero point) elements keep their stored values; else real values
/// are rounded to `dst_format`.
typedef struct ckernels_reorder {
  ckernels_format src_format, dst_format;
  /// Whether elements are floats as `ckernels_format` describes them (integers less their zero point, BF16 values as
  /// floats), not native.
  int src_is_floats, dst_is_floats;
  /// Whether channels are innermost (images, positions, channels); else (images, channels, positions). A tensor without
  /// channels has `channels` 1.
  int src_channels_last, dst_channels_last;
  /// Extents; `positions` is height * width.
  ptrdiff_t images, channels, positions;
} ckernels_reorder;

/// The number of parts into which a reorder can be divided; each is some thousand elements.
ptrdiff_t ckernels_reorder_parts(const ckernels_reorder *reorder);

/// Layer normalisation of rows: (x - mean) / sqrt(variance + epsilon) * gamma + beta, x = src [+ residual], real
/// values.
///
/// Mean and biased variance are FP32 sums in two passes, in the order of the operator table's `layer_norm`: from FP32
/// sources results are the same to the bit. A row with a NaN or an infinity gives NaN.
typedef struct ckernels_layer_norm {
  ckernels_format src_format;
  /// Counts where there is a residual.
  ckernels_format residual_format;
  ckernels_format dst_format;
  /// Of a second destination, which holds dst's values converted to a further format. Counts where there is one.
  ckernels_format second_format;
  /// `columns` values each.
  const float *gamma, *beta;
  float epsilon;
  ptrdiff_t columns;
} ckernels_layer_norm;

/// A depthwise convolution of channels-last images: each channel has a window of its own. Sums are FP32, in index
/// order; those of integers are exact for at most 512 elements of a window.
typedef struct ckernels_depthwise {
  /// `channels` of the source and of the result.
  ckernels_convolution geometry;
  ckernels_format src_format;
  const void *src;
  /// (kernel_height, kernel_width, channels), in units of their scales. Padding counts 0.
  const float *weights;
  /// An FP32 matrix kernel of the same level, whose `finish` turns sums into results.
  const ckernels_gemm_kernel *kernel;
  /// For the whole result, one row for each pixel.
  ckernels_gemm_finish finish;
} ckernels_depthwise;

/// The row-wise kernels of one level.
typedef struct ckernels_row_table {
  ckernels_isa isa;

  /// Parts begin ..< end of a reorder; src and dst are those of the whole tensor. dst may be src where layout and
  /// element size stay.
  void (*reorder)(const ckernels_reorder *reorder, const void *src, void *dst, ptrdiff_t begin, ptrdiff_t end);

  /// Maximum pooling of channels-last images, result lines begin ..< end, counted through all images
  /// (image * out_height + out_y); `geometry->channels` is the number of channels. src and dst have the same `format`.
  /// Padding never wins. A window with a NaN gives NaN; one that holds nothing but padding gives minus infinity, or the
  /// format's least integer.
  void (*max_pool)(const ckernels_convolution *geometry, ckernels_format format, const void *src, void *dst,
    ptrdiff_t begin, ptrdiff_t end);

  /// Mean over the positions of channels-last images (images, positions, channels) to (images, channels): results
  /// begin ..< end, counted through all images. scale * (sum / positions); sums are exact for integers, at most 2^23
  /// positions of them, and FP32 for the others. NaN where there are no positions.
  void (*global_average)(ckernels_format src_format, ckernels_format dst_format, const void *src, ptrdiff_t positions,
    ptrdiff_t channels, void *dst, ptrdiff_t begin, ptrdiff_t end);

  /// Depthwise convolution, result lines begin ..< end, counted through all images. `scratch`: as many floats as there
  /// are channels, rounded up to whole panels of the kernel (nr).
  void (*depthwise)(const ckernels_depthwise *depthwise, ptrdiff_t begin, ptrdiff_t end, float *scratch);

  /// Rows of `columns` elements; all pointers are those of the first row. residual and second may be NULL. dst may be
  /// src or residual where their elements are of one size, and so may second.
  void (*layer_norm)(
    const ckernels_layer_norm *norm, const void *src, const void *residual, void *dst, void *second, ptrdiff_t rows);

  /// Row-wise softmax of real values over columns with mask[c] != 0 (mask NULL: all); the rest, and all of a row
  /// without such a column or with only minus infinities in them, gets 0; a NaN or +infinity in a column that counts
  /// makes the columns that count NaN. `scratch`: `columns` floats. dst may be src where their elements are of one
  /// size.
  void (*masked_softmax)(ckernels_format src_format, ckernels_format dst_format, const void *src, const int32_t *mask,
    void *dst, ptrdiff_t rows, ptrdiff_t columns, float *scratch);

  /// Row-wise softmax of real values [+ addend]. Row r's addend begins at addend + r * addend_row_stride and its
  /// columns are addend_step (0 or 1) apart; NULL for none. A row of minus infinities, or with a NaN or +infinity,
  /// gives NaN. `scratch` and overlap as above.
  void (*softmax)(ckernels_format src_format, ckernels_format dst_format, const void *src, const float *addend,
    ptrdiff_t addend_row_stride, ptrdiff_t addend_step, void *dst, ptrdiff_t rows, ptrdiff_t columns, float *scratch);

  /// As the operator table's `embedding`, to native storage. The addition order is (word + position) + type.
  void (*embedding)(ckernels_format dst_format, const int32_t *ids, const int32_t *type_ids, const float *word,
    ptrdiff_t vocabulary, const float *position, const float *type, ptrdiff_t types, ptrdiff_t token_begin,
    ptrdiff_t sequence, ptrdiff_t features, void *dst, ptrdiff_t tokens);

  /// Mean of real values over tokens with mask != 0: src (sequence, features) to dst (features); 0 where no token
  /// counts.
  void (*mean_pool)(ckernels_format src_format, ckernels_format dst_format, const void *src, const int32_t *mask,
    ptrdiff_t sequence, ptrdiff_t features, void *dst);

  /// dst = src / max(euclidean norm, 1e-12) over one row of real values. dst may be src where their elements are of one
  /// size.
  void (*l2_normalize)(
    ckernels_format src_format, ckernels_format dst_format, const void *src, void *dst, ptrdiff_t features);
} ckernels_row_table;

/// The table of a level. The caller must have checked that the CPU runs it.
const ckernels_row_table *ckernels_rows(ckernels_isa isa);
