#pragma once
#include "ckernels_general_windows.h"
#include "levels.h"

/// Positions begin ..< end of one axis; empty where end <= begin.
typedef struct span {
  ptrdiff_t begin, end;
} span;

INLINE ptrdiff_t smaller_of(ptrdiff_t a, ptrdiff_t b) { return a < b ? a : b; }
INLINE ptrdiff_t larger_of(ptrdiff_t a, ptrdiff_t b) { return a > b ? a : b; }

/// The i within `within` for which 0 <= start + i * step < extent; step is positive.
INLINE span indices_inside(ptrdiff_t start, ptrdiff_t step, ptrdiff_t extent, span within) {
  const ptrdiff_t first = start < 0 ? (-start + step - 1) / step : 0;
  const ptrdiff_t last = start < extent ? (extent - 1 - start) / step + 1 : 0;
  return (span){larger_of(first, within.begin), smaller_of(last, within.end)};
}

/// Where tap 0 of output `position` reads.
INLINE ptrdiff_t window_start(const ckernels_window *window, int axis, ptrdiff_t position) {
  return position * window->stride[axis] - window->padding[axis];
}

/// The taps of output `position` that read inside the image.
INLINE span taps_inside(const ckernels_window *window, int axis, ptrdiff_t position) {
  const span all = {0, window->kernel[axis]};
  return indices_inside(window_start(window, axis, position), window->dilation[axis], window->in[axis], all);
}

/// The outputs of the innermost axis within `within` whose tap `tap` reads inside the image.
INLINE span outputs_inside(const ckernels_window *window, ptrdiff_t tap, span within) {
  const ptrdiff_t start = tap * window->dilation[2] - window->padding[2];
  return indices_inside(start, window->stride[2], window->in[2], within);
}

INLINE ptrdiff_t extent_product(const ptrdiff_t extents[3]) { return extents[0] * extents[1] * extents[2]; }
