#include "values.h"

#pragma STDC FP_CONTRACT OFF

enum {
  /// Rows of src and of weights whose products are summed at the same time, and how many factors at a time.
  ROWS = 16,
  COLUMNS = 64,
  DEPTH = 64,
};

static ptrdiff_t smaller(ptrdiff_t a, ptrdiff_t b) { return a < b ? a : b; }

/// sums[j][i] = sum over p of src[i][p] * weights[j][p], p ascending, for up to COLUMNS x ROWS results.
///
/// The factors of src are turned so that the innermost loop runs over results, not over p: each sum keeps its order.
static void dot_products(const float *src, ptrdiff_t src_stride, ptrdiff_t rows, const float *weights,
  ptrdiff_t weights_stride, ptrdiff_t columns, ptrdiff_t k, double sums[COLUMNS][ROWS]) {
  for (ptrdiff_t j = 0; j < columns; j++) {
    for (int i = 0; i < ROWS; i++) sums[j][i] = 0;
  }
  for (ptrdiff_t p = 0; p < k; p += DEPTH) {
    const ptrdiff_t depth = smaller(DEPTH, k - p);
    double factors[DEPTH][ROWS];
    for (ptrdiff_t q = 0; q < depth; q++) {
      for (ptrdiff_t i = 0; i < ROWS; i++) factors[q][i] = i < rows ? src[i * src_stride + p + q] : 0;
    }
    for (ptrdiff_t j = 0; j < columns; j++) {
      const float *restrict weight = weights + j * weights_stride + p;
      double sum[ROWS];
      for (int i = 0; i < ROWS; i++) sum[i] = sums[j][i];
      for (ptrdiff_t q = 0; q < depth; q++) {
        for (int i = 0; i < ROWS; i++) sum[i] += factors[q][i] * weight[q];
      }
      for (int i = 0; i < ROWS; i++) sums[j][i] = sum[i];
    }
  }
}

void ckernels_reference_linear(const float *src, const float *weights, ptrdiff_t n, ptrdiff_t k,
  const ckernels_epilogue *epilogue, float *dst, ptrdiff_t row_begin, ptrdiff_t row_end) {
  double sums[COLUMNS][ROWS];
  for (ptrdiff_t row = row_begin; row < row_end; row += ROWS) {
    const ptrdiff_t rows = smaller(ROWS, row_end - row);
    for (ptrdiff_t column = 0; column < n; column += COLUMNS) {
      const ptrdiff_t columns = smaller(COLUMNS, n - column);
      dot_products(src + row * k, k, rows, weights + column * k, k, columns, k, sums);
      for (ptrdiff_t i = 0; i < rows; i++) {
        for (ptrdiff_t j = 0; j < columns; j++) {
          const ptrdiff_t index = (row + i) * n + column + j;
          dst[index] = ckernels_finished(epilogue, sums[j][i], column + j, index);
        }
      }
    }
  }
}

/// The same for a second operand (k, n): rows of it are added, weighted, so that the innermost loop runs over results.
static void weighted_rows(
  const float *factors, const float *rows, ptrdiff_t stride, ptrdiff_t columns, ptrdiff_t k, double sums[COLUMNS]) {
  for (ptrdiff_t c = 0; c < columns; c++) sums[c] = 0;
  for (ptrdiff_t p = 0; p < k; p++) {
    const double factor = factors[p];
    const float *restrict row = rows + p * stride;
    for (ptrdiff_t c = 0; c < columns; c++) sums[c] += factor * row[c];
  }
}

void ckernels_reference_matmul(const float *a, ptrdiff_t stride_a, const float *b, ptrdiff_t stride_b, int transposes_b,
  ptrdiff_t n, ptrdiff_t k, float scale, ckernels_format format, float *dst, ptrdiff_t stride_dst, ptrdiff_t row_begin,
  ptrdiff_t row_end) {
  double sums[COLUMNS][ROWS], row_sums[COLUMNS];
  for (ptrdiff_t row = row_begin; row < row_end; row += ROWS) {
    const ptrdiff_t rows = smaller(ROWS, row_end - row);
    for (ptrdiff_t column = 0; column < n; column += COLUMNS) {
      const ptrdiff_t columns = smaller(COLUMNS, n - column);
      if (transposes_b) {
        dot_products(a + row * stride_a, stride_a, rows, b + column * stride_b, stride_b, columns, k, sums);
      }
      for (ptrdiff_t i = 0; i < rows; i++) {
        if (!transposes_b) weighted_rows(a + (row + i) * stride_a, b + column, stride_b, columns, k, row_sums);
        for (ptrdiff_t j = 0; j < columns; j++) {
          const double sum = transposes_b ? sums[j][i] : row_sums[j];
          dst[(row + i) * stride_dst + column + j] = ckernels_stored(format, sum * scale);
        }
      }
    }
  }
}
