#pragma once
#include "ckernels_elementwise.h"

/// How the terms of a reduction are joined. Sums of floats are FP64; integers wrap. NaN wins over any greatest or
/// least.
typedef enum ckernels_reduce {
  CKERNELS_REDUCE_SUM,
  CKERNELS_REDUCE_SUM_OF_SQUARES,
  CKERNELS_REDUCE_SUM_OF_MAGNITUDES,
  CKERNELS_REDUCE_PRODUCT,
  CKERNELS_REDUCE_MAX,
  CKERNELS_REDUCE_MIN,
  /// log(sum(exp(x))), for floats only.
  CKERNELS_REDUCE_LOG_SUM_EXP,
  CKERNELS_REDUCE_COUNT
} ckernels_reduce;

/// What follows the join. ROOT and LOG are for floats only. A mean of integers is truncated.
typedef enum ckernels_finish {
  CKERNELS_FINISH_NONE,
  CKERNELS_FINISH_MEAN,
  CKERNELS_FINISH_ROOT,
  CKERNELS_FINISH_LOG
} ckernels_finish;

/// A reduction of a dense array. Extents are at least 2 and strides are in elements, outermost first; the innermost
/// dimension of all, with stride 1, is the last of the kept or of the reduced ones. Ranks are at most 62.
typedef struct ckernels_reduction {
  ckernels_reduce reduce;
  ckernels_finish finish;
  ckernels_element type;
  ptrdiff_t kept_rank, reduced_rank;
  const ptrdiff_t *kept_extents, *kept_strides, *reduced_extents, *reduced_strides;
  /// Elements for each result: the product of the reduced extents, or 0 where there is nothing to reduce.
  ptrdiff_t terms;
  const void *src;
  void *dst;
} ckernels_reduction;

/// Computes results begin ..< end, which are numbered in row-major order of the kept dimensions; the order of additions
/// does not depend on the range. Nothing to reduce gives the joint's neutral element, finished. Returns 1 where the
/// mean of no integers was asked for, else 0.
int ckernels_reduce_range(ckernels_isa isa, const ckernels_reduction *plan, ptrdiff_t begin, ptrdiff_t end);

/// Functions of whole lines along one axis.
typedef enum ckernels_line {
  /// Results as long as the line, of its type: exp(x) / sum(exp(x)), its logarithm, 1 at the first greatest.
  CKERNELS_SOFTMAX,
  CKERNELS_LOG_SOFTMAX,
  CKERNELS_HARDMAX,
  /// x / sum(|x|) and x / sqrt(sum(x^2)); a line of zeros stays.
  CKERNELS_L1_NORMALIZE,
  CKERNELS_L2_NORMALIZE,
  /// Running sums and products; see the flags below.
  CKERNELS_CUMULATIVE_SUM,
  CKERNELS_CUMULATIVE_PRODUCT,
  /// One int64 for each line: the place of the greatest or least, the first one unless the flag says the last. NaN
  /// wins.
  CKERNELS_ARG_MAX,
  CKERNELS_ARG_MIN,
  CKERNELS_LINE_COUNT
} ckernels_line;

/// Flags of line functions.
typedef struct ckernels_line_flags {
  /// Running results leave out the element itself; run from the end; take the last of equal elements.
  int32_t exclusive, reverse, last;
} ckernels_line_flags;

/// `count` lines of `extent` elements that are `stride` apart. Where stride is 1, lines follow one another; else they
/// lie side by side. Results that are as long as the line lie like src; single ones follow one another.
typedef void (*ckernels_lines)(
  const ckernels_line_flags *flags, const void *src, void *dst, ptrdiff_t extent, ptrdiff_t stride, ptrdiff_t count);

/// The function for a type, or NULL. `isa` chooses the FP32 ones; `exact` those that compute in FP64 with libm.
ckernels_lines ckernels_line_function(ckernels_line function, ckernels_element type, ckernels_isa isa, int exact);

/// Lines begin ..< end of a dense array (outer, extent, inner), numbered row-major by (outer, inner). `result_extent`
/// is 1 where each line has a single result, else `extent`; sizes are bytes of an element.
void ckernels_lines_range(ckernels_lines function, const ckernels_line_flags *flags, const void *src, void *dst,
  ptrdiff_t src_bytes, ptrdiff_t dst_bytes, ptrdiff_t extent, ptrdiff_t inner, ptrdiff_t result_extent, ptrdiff_t begin,
  ptrdiff_t end);
