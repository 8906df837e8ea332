// Histograms for the calibration of INT8 ranges.
#include "../general/levels.h"
#include "ckernels_calibration.h"

#pragma STDC FP_CONTRACT OFF

enum {
  /// Values whose bins are found together, in vectors, before they are counted one by one.
  BLOCK = 1024
};

INLINE void histogram(const float *src, ptrdiff_t count, float bins_per_unit, int32_t half, uint64_t *bins) {
  int32_t places[BLOCK];
  const float last = (float)(2 * half - 1), offset = (float)half;
  for (ptrdiff_t begin = 0; begin < count; begin += BLOCK) {
    const ptrdiff_t size = count - begin < BLOCK ? count - begin : BLOCK;
    for (ptrdiff_t i = 0; i < size; i++) {
      const float value = src[begin + i];
      float place = value * bins_per_unit + offset;
      place = place > 0 ? place : 0;
      place = place < last ? place : last;
      // The difference is 0 but for infinities and NaN.
      places[i] = value - value == 0 ? (int32_t)place : 2 * half;
    }
    for (ptrdiff_t i = 0; i < size; i++) bins[places[i]]++;
  }
}

FOR_ALL_LEVELS(histogram, (const float *src, ptrdiff_t count, float bins_per_unit, int32_t half, uint64_t *bins),
  (src, count, bins_per_unit, half, bins))
