#pragma once
#include "ckernels_types.h"
#include <stdint.h>

/// Kernels that move elements without looking at them. Elements have 1, 2, 4 or 8 bytes and their natural alignment;
/// all strides and offsets count elements. A loop nest of `rank` extents numbers its elements row-major;
/// `begin ..< end` is the part that a call computes, so that any split over threads gives the same result.

/// For each index i of the nest: dst[sum i * dst_strides] = src[sum i * src_strides].
/// Strides may be negative or, for `src`, zero. 1 <= rank <= CKERNELS_MAX_RANK; extents are at least 1.
void ckernels_copy_strided(ptrdiff_t element_bytes, ptrdiff_t rank, const ptrdiff_t *extents,
  const ptrdiff_t *src_strides, const ptrdiff_t *dst_strides, const void *src, void *dst, ptrdiff_t begin,
  ptrdiff_t end);

/// For each index i of the nest: dst[number of i] = src[sum over d of tables[d][i_d]], or *fill where a table holds a
/// negative offset. `tables` holds the tables one after the other. The entries run_begin ..< run_end of the last table
/// rise by 1, so that they are copied at once.
void ckernels_copy_indexed(ptrdiff_t element_bytes, ptrdiff_t rank, const ptrdiff_t *extents, const ptrdiff_t *tables,
  ptrdiff_t run_begin, ptrdiff_t run_end, const void *fill, const void *src, void *dst, ptrdiff_t begin, ptrdiff_t end);

/// Separable interpolation. Along dimension d, output index i has taps[d] pairs (offset, weight) at position
/// (start of d + i * taps[d]) of `offsets` and `weights`; the starts follow one another. For each index i of the nest:
/// dst[number of i] = sum over all combinations of taps of (product of weights) * src[sum of offsets], in FP64, rounded
/// once; `extrapolation` where the first offset of a dimension is negative.
void ckernels_resample_f32(ptrdiff_t rank, const ptrdiff_t *extents, const ptrdiff_t *taps, const ptrdiff_t *offsets,
  const double *weights, float extrapolation, const float *src, float *dst, ptrdiff_t begin, ptrdiff_t end);
void ckernels_resample_f64(ptrdiff_t rank, const ptrdiff_t *extents, const ptrdiff_t *taps, const ptrdiff_t *offsets,
  const double *weights, double extrapolation, const double *src, double *dst, ptrdiff_t begin, ptrdiff_t end);
