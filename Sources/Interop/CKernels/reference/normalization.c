#include <math.h>

#include "values.h"

#pragma STDC FP_CONTRACT OFF

void ckernels_reference_layer_norm(ckernels_format format, const float *src, const float *residual, const float *gamma,
  const float *beta, float epsilon, float *dst, ptrdiff_t rows, ptrdiff_t columns) {
  for (ptrdiff_t r = 0; r < rows; r++) {
    const float *row = src + r * columns, *added = residual ? residual + r * columns : NULL;
    double sum = 0, squares = 0;
    for (ptrdiff_t c = 0; c < columns; c++) sum += added ? (double)row[c] + added[c] : row[c];
    const double mean = sum / (double)columns;
    for (ptrdiff_t c = 0; c < columns; c++) {
      const double distance = (added ? (double)row[c] + added[c] : row[c]) - mean;
      squares += distance * distance;
    }
    const double deviation = sqrt(squares / (double)columns + epsilon);
    for (ptrdiff_t c = 0; c < columns; c++) {
      const double distance = (added ? (double)row[c] + added[c] : row[c]) - mean;
      dst[r * columns + c] = ckernels_stored(format, distance / deviation * gamma[c] + beta[c]);
    }
  }
}

/// Column `c` of a softmax row, scaled; minus infinity where it is masked.
static double scaled(const float *row, float scale, const int32_t *mask, ptrdiff_t c) {
  return mask && mask[c] == 0 ? -INFINITY : (double)row[c] * scale;
}

void ckernels_reference_masked_softmax(ckernels_format format, const float *src, float src_scale, const int32_t *mask,
  float *dst, ptrdiff_t rows, ptrdiff_t columns) {
  for (ptrdiff_t r = 0; r < rows; r++) {
    const float *row = src + r * columns;
    double greatest = -INFINITY, sum = 0;
    for (ptrdiff_t c = 0; c < columns; c++) greatest = fmax(greatest, scaled(row, src_scale, mask, c));
    if (greatest == -INFINITY) greatest = 0;
    for (ptrdiff_t c = 0; c < columns; c++) sum += exp(scaled(row, src_scale, mask, c) - greatest);
    for (ptrdiff_t c = 0; c < columns; c++) {
      const int absent = sum == 0 || (mask && mask[c] == 0);
      const double share = absent ? 0 : exp(scaled(row, src_scale, mask, c) - greatest) / sum;
      dst[r * columns + c] = ckernels_stored(format, share);
    }
  }
}

void ckernels_reference_softmax(ckernels_format format, const float *src, const float *addend,
  ptrdiff_t addend_row_stride, ptrdiff_t addend_step, float *dst, ptrdiff_t rows, ptrdiff_t columns) {
  for (ptrdiff_t r = 0; r < rows; r++) {
    const float *row = src + r * columns, *added = addend ? addend + r * addend_row_stride : NULL;
    double greatest = -INFINITY, sum = 0;
    // A NaN is never the greatest; it shows in the sum.
    for (ptrdiff_t c = 0; c < columns; c++) {
      greatest = fmax(greatest, added ? (double)row[c] + added[c * addend_step] : row[c]);
    }
    for (ptrdiff_t c = 0; c < columns; c++) {
      sum += exp((added ? (double)row[c] + added[c * addend_step] : row[c]) - greatest);
    }
    for (ptrdiff_t c = 0; c < columns; c++) {
      const double value = added ? (double)row[c] + added[c * addend_step] : row[c];
      dst[r * columns + c] = ckernels_stored(format, exp(value - greatest) / sum);
    }
  }
}

void ckernels_reference_l2_normalize(ckernels_format format, const float *src, float *dst, ptrdiff_t features) {
  double squares = 0;
  for (ptrdiff_t i = 0; i < features; i++) squares += (double)src[i] * src[i];
  const double norm = sqrt(squares), divisor = norm < 1e-12 ? 1e-12 : norm;
  for (ptrdiff_t i = 0; i < features; i++) dst[i] = ckernels_stored(format, src[i] / divisor);
}
