#pragma once
#include "ckernels_operators.h"
#include "ckernels_rows.h"

enum {
  /// Elements of one part of a reorder that keeps the layout.
  REORDER_SPAN = 4096,
  /// Positions of one part, with all their channels, where the layout changes.
  REORDER_POSITIONS = 64,
};

/// The tables that `ckernels_rows` chooses from, one for each level.
extern const ckernels_row_table ckernels_rows_generic;
#if defined(__x86_64__)
extern const ckernels_row_table ckernels_rows_avx2;
extern const ckernels_row_table ckernels_rows_avx512;
#endif
