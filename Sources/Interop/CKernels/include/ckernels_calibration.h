#pragma once
#include "ckernels_types.h"

/// Counts values in 2 * half bins of equal width around zero: bin floor(x * bins_per_unit + half), one FP32
/// multiplication and addition, held to 0 ... 2 * half - 1. Adds to `bins`, which has one more for what is not finite.
/// bins_per_unit is finite and positive; half is 1 ... 2^20.
void ckernels_histogram(
  ckernels_isa isa, const float *src, ptrdiff_t count, float bins_per_unit, int32_t half, uint64_t *bins);
