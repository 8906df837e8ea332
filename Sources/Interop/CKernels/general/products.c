// Matrix products by definition.
#include "ckernels_general_products.h"

#pragma STDC FP_CONTRACT OFF

enum {
  /// Results of one row summed at the same time.
  SPAN = 512
};

#define DEFINE_PRODUCT(SUFFIX, TYPE, SUM_TYPE, SCALE_TYPE) \
  void ckernels_product_##SUFFIX(const TYPE *a, ptrdiff_t a_row, ptrdiff_t a_column, const TYPE *b, ptrdiff_t b_row, \
    ptrdiff_t b_column, TYPE *c, ptrdiff_t c_row, ptrdiff_t m, ptrdiff_t n, ptrdiff_t k, int accumulates) { \
    for (ptrdiff_t i = 0; i < m; i++) { \
      for (ptrdiff_t start = 0; start < n; start += SPAN) { \
        const ptrdiff_t count = n - start < SPAN ? n - start : SPAN; \
        SUM_TYPE sums[SPAN]; \
        for (ptrdiff_t j = 0; j < count; j++) sums[j] = 0; \
        if (b_column == 1) { \
          for (ptrdiff_t p = 0; p < k; p++) { \
            const SUM_TYPE factor = a[i * a_row + p * a_column]; \
            const TYPE *row = b + p * b_row + start; \
            for (ptrdiff_t j = 0; j < count; j++) sums[j] += factor * row[j]; \
          } \
        } else { \
          for (ptrdiff_t j = 0; j < count; j++) { \
            const TYPE *column = b + (start + j) * b_column; \
            SUM_TYPE sum = 0; \
            for (ptrdiff_t p = 0; p < k; p++) sum += (SUM_TYPE)a[i * a_row + p * a_column] * column[p * b_row]; \
            sums[j] = sum; \
          } \
        } \
        TYPE *results = c + i * c_row + start; \
        for (ptrdiff_t j = 0; j < count; j++) results[j] = (TYPE)(accumulates ? sums[j] + results[j] : sums[j]); \
      } \
    } \
  } \
  void ckernels_scale_add_##SUFFIX(TYPE *y, ptrdiff_t y_row, ptrdiff_t m, ptrdiff_t n, SCALE_TYPE alpha, \
    SCALE_TYPE beta, const TYPE *c, ptrdiff_t c_row, ptrdiff_t c_column) { \
    for (ptrdiff_t i = 0; i < m; i++, y += y_row) { \
      if (!c) { \
        for (ptrdiff_t j = 0; j < n; j++) y[j] = (TYPE)(alpha * y[j]); \
        continue; \
      } \
      const TYPE *addend = c + i * c_row; \
      if (c_column == 1) { \
        for (ptrdiff_t j = 0; j < n; j++) y[j] = (TYPE)(alpha * y[j] + beta * addend[j]); \
      } else { \
        for (ptrdiff_t j = 0; j < n; j++) y[j] = (TYPE)(alpha * y[j] + beta * addend[j * c_column]); \
      } \
    } \
  }

DEFINE_PRODUCT(f32, float, double, double)
DEFINE_PRODUCT(f64, double, double, double)
DEFINE_PRODUCT(u32, uint32_t, uint32_t, uint32_t)
DEFINE_PRODUCT(u64, uint64_t, uint64_t, uint64_t)
