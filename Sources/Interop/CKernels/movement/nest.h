#pragma once
#include "../include/ckernels_movement.h"

/// The position in all dimensions of a nest but the last, like an odometer.
typedef struct ckernels_nest {
  ptrdiff_t rank;
  const ptrdiff_t *extents;
  ptrdiff_t index[CKERNELS_MAX_RANK];
} ckernels_nest;

/// Puts the odometer of `rank` dimensions on position `number`.
static inline void ckernels_nest_set(ckernels_nest *nest, ptrdiff_t rank, const ptrdiff_t *extents, ptrdiff_t number) {
  nest->rank = rank;
  nest->extents = extents;
  for (ptrdiff_t d = rank - 1; d >= 0; d--) {
    nest->index[d] = number % extents[d];
    number /= extents[d];
  }
}

/// Moves the odometer to the next position; from the last to the first.
static inline void ckernels_nest_advance(ckernels_nest *nest) {
  for (ptrdiff_t d = nest->rank - 1; d >= 0; d--) {
    if (++nest->index[d] < nest->extents[d]) return;
    nest->index[d] = 0;
  }
}

static inline ptrdiff_t ckernels_least(ptrdiff_t a, ptrdiff_t b) { return a < b ? a : b; }
