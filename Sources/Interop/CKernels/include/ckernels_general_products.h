#pragma once
#include "ckernels_types.h"

/// c (m, n) = a (m, k) times b (k, n) [+ c]. Element (i, j) of a is a[i * a_row + j * a_column], and so on; rows of c
/// are c_row apart. Sums run over k in order: FP64 for both float types, modulo 2^bits for integers (signed or not).
void ckernels_product_f32(const float *a, ptrdiff_t a_row, ptrdiff_t a_column, const float *b, ptrdiff_t b_row,
  ptrdiff_t b_column, float *c, ptrdiff_t c_row, ptrdiff_t m, ptrdiff_t n, ptrdiff_t k, int accumulates);
void ckernels_product_f64(const double *a, ptrdiff_t a_row, ptrdiff_t a_column, const double *b, ptrdiff_t b_row,
  ptrdiff_t b_column, double *c, ptrdiff_t c_row, ptrdiff_t m, ptrdiff_t n, ptrdiff_t k, int accumulates);
void ckernels_product_u32(const uint32_t *a, ptrdiff_t a_row, ptrdiff_t a_column, const uint32_t *b, ptrdiff_t b_row,
  ptrdiff_t b_column, uint32_t *c, ptrdiff_t c_row, ptrdiff_t m, ptrdiff_t n, ptrdiff_t k, int accumulates);
void ckernels_product_u64(const uint64_t *a, ptrdiff_t a_row, ptrdiff_t a_column, const uint64_t *b, ptrdiff_t b_row,
  ptrdiff_t b_column, uint64_t *c, ptrdiff_t c_row, ptrdiff_t m, ptrdiff_t n, ptrdiff_t k, int accumulates);

/// y (m, n) = alpha * y + beta * c, rounded once; c[i * c_row + j * c_column], NULL for none. Rows of y are y_row
/// apart.
void ckernels_scale_add_f32(float *y, ptrdiff_t y_row, ptrdiff_t m, ptrdiff_t n, double alpha, double beta,
  const float *c, ptrdiff_t c_row, ptrdiff_t c_column);
void ckernels_scale_add_f64(double *y, ptrdiff_t y_row, ptrdiff_t m, ptrdiff_t n, double alpha, double beta,
  const double *c, ptrdiff_t c_row, ptrdiff_t c_column);
void ckernels_scale_add_u32(uint32_t *y, ptrdiff_t y_row, ptrdiff_t m, ptrdiff_t n, uint32_t alpha, uint32_t beta,
  const uint32_t *c, ptrdiff_t c_row, ptrdiff_t c_column);
void ckernels_scale_add_u64(uint64_t *y, ptrdiff_t y_row, ptrdiff_t m, ptrdiff_t n, uint64_t alpha, uint64_t beta,
  const uint64_t *c, ptrdiff_t c_row, ptrdiff_t c_column);
