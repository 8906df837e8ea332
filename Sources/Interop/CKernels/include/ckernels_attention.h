#pragma once
#include "ckernels_gemm.h"
#include "ckernels_types.h"

/// Fused attention: context = softmax(q k^T * scale [masked, or + addend]) v for each sample and head, a few query rows
/// at a time, so that scores and probabilities never leave the caches.
///
/// Results are those of the separate operators: products by the same matrix kernels, scores rounded to their format,
/// softmax by the arithmetic of the row-wise kernels (`masked_softmax` where there is a mask, else `softmax`),
/// probabilities rounded to theirs. Sums of integers are exact, so that results in INT8 are the same to the bit; those
/// of floats are as well where the separate product adds over the whole depth at once.

/// A tensor (samples, rows, heads * depth) in native storage; the elements of a row of one head are adjacent.
typedef struct ckernels_attention_operand {
  /// Row 0 of head 0 of sample 0.
  void *address;
  /// Bytes from a row to the next and from a sample to the next. Heads follow one another in a row.
  ptrdiff_t row_pitch, sample_pitch;
  ckernels_format format;
} ckernels_attention_operand;

/// One fused attention, decided once.
typedef struct ckernels_attention {
  /// The level of everything but the products.
  ckernels_isa isa;
  /// For the formats of q and k, and of probabilities and v. `CKERNELS_GEMM_U8S7` needs k and v in -64 ... 64.
  const ckernels_gemm_kernel *scores_kernel, *context_kernel;
  ptrdiff_t samples, heads;
  /// Rows of q and of the result; rows of k and v.
  ptrdiff_t queries, keys;
  /// Columns of a head in q and k; in v and the result.
  ptrdiff_t depth, value_depth;
  /// q: FP32, BF16 or u8. k and v: FP32, BF16 or s8. The result: any format; it overlaps no operand.
  ckernels_attention_operand q, k, v, dst;
  /// Factor of the sums of q k^T: the operator's scale, times those of integer operands.
  float scores_scale;
  /// FP32 or BF16.
  ckernels_format scores_format;
  /// (samples, keys): keys whose mask is 0 get probability 0. NULL for a softmax without mask.
  const int32_t *mask;
  /// Added to the scores, or NULL; not together with a mask. Elements from one sample, head and row to the next; `step`
  /// from one key to the next, 0 or 1.
  const float *addend;
  ptrdiff_t addend_sample_stride, addend_head_stride, addend_row_stride, addend_step;
  /// FP32, BF16 or u8: what the second product reads.
  ckernels_format probabilities_format;
  /// Factor of the sums of probabilities times v: 1, or the product of the scales of integer operands.
  float context_scale;
} ckernels_attention;

/// The number of independent parts: one for each sample, head and block of query rows, in this order; -1 where that
/// overflows.
ptrdiff_t ckernels_attention_parts(const ckernels_attention *attention);

/// Scratch bytes that one thread needs, a multiple of 64; -1 where that overflows.
ptrdiff_t ckernels_attention_scratch_bytes(const ckernels_attention *attention);

/// Computes parts begin ..< end. `scratch` is aligned to 64 bytes and used by nobody else. k and v are packed once for
/// each head of the range, so that ranges should hold whole heads where there are enough of them.
void ckernels_attention_run(const ckernels_attention *attention, ptrdiff_t begin, ptrdiff_t end, void *scratch);
