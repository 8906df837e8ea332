#pragma once
#include "ckernels_types.h"

/// dst = (src - mean) / sqrt(variance + epsilon) * scale + bias of one channel's plane, in FP64.
void ckernels_batch_norm_f32(ckernels_isa isa, const float *src, ptrdiff_t count, const float *scale, const float *bias,
  const float *mean, const float *variance, double epsilon, float *dst);
void ckernels_batch_norm_f64(ckernels_isa isa, const double *src, ptrdiff_t count, const double *scale,
  const double *bias, const double *mean, const double *variance, double epsilon, double *dst);

/// Which scale and bias belong to element i of a row that begins at element `start` of the tensor: (start + i) / repeat
/// mod period. NULL is none.
typedef struct ckernels_row_affine {
  const void *scale, *bias;
  ptrdiff_t start, repeat, period;
} ckernels_row_affine;

/// One row: dst = (src - mean) / sqrt(variance + epsilon) * scale + bias; mean and biased variance in two passes, in
/// FP64. Without `subtracts_mean` the mean square takes the place of the variance. `mean` and `inverse` (NULL for none)
/// get the mean and 1 / sqrt(variance + epsilon). The same bits at every level.
void ckernels_row_norm_f32(ckernels_isa isa, const float *src, ptrdiff_t count, int subtracts_mean, double epsilon,
  const ckernels_row_affine *affine, float *mean, float *inverse, float *dst);
void ckernels_row_norm_f64(ckernels_isa isa, const double *src, ptrdiff_t count, int subtracts_mean, double epsilon,
  const ckernels_row_affine *affine, float *mean, float *inverse, double *dst);
