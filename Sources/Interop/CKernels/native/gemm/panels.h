#pragma once
// How packed weights lie: [panel][tap][group][width][kr], a panel being nr columns and the last one as many whole
// vectors as it needs.
#include "ckernels_gemm.h"

/// Groups of kr elements of depth.
static inline ptrdiff_t groups_of(const ckernels_gemm_kernel *kernel, ptrdiff_t depth) {
  return depth / kernel->kr + (depth % kernel->kr != 0);
}

/// Columns in memory of the panel that begins at column `first`: whole vectors.
static inline ptrdiff_t panel_width(int nr, int lanes, ptrdiff_t columns, ptrdiff_t first) {
  const ptrdiff_t left = columns - first;
  return left >= nr ? nr : (left + lanes - 1) / lanes * lanes;
}

/// Panels of so many columns.
static inline ptrdiff_t panels_of(const ckernels_gemm_kernel *kernel, ptrdiff_t columns) {
  return columns / kernel->nr + (columns % kernel->nr != 0);
}

static inline ptrdiff_t panel_columns(const ckernels_gemm_kernel *kernel, ptrdiff_t columns, ptrdiff_t first) {
  return panel_width(kernel->nr, kernel->lanes, columns, first);
}
