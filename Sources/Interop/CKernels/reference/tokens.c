#include <math.h>

#include "values.h"

#pragma STDC FP_CONTRACT OFF

void ckernels_reference_embedding(ckernels_format format, const int32_t *ids, const int32_t *type_ids,
  const float *word, ptrdiff_t vocabulary, const float *position, const float *type, ptrdiff_t types,
  ptrdiff_t token_begin, ptrdiff_t sequence, ptrdiff_t features, float *dst, ptrdiff_t tokens) {
  for (ptrdiff_t t = 0; t < tokens; t++) {
    const ptrdiff_t id = ids[t], type_id = type_ids[t];
    const int known = id >= 0 && id < vocabulary && type_id >= 0 && type_id < types;
    const ptrdiff_t place = (token_begin + t) % sequence;
    for (ptrdiff_t i = 0; i < features; i++) {
      const double sum =
        known ? (double)word[id * features + i] + position[place * features + i] + type[type_id * features + i]
              : (double)NAN;
      dst[t * features + i] = ckernels_stored(format, sum);
    }
  }
}

void ckernels_reference_mean_pool(
  ckernels_format format, const float *src, const int32_t *mask, ptrdiff_t sequence, ptrdiff_t features, float *dst) {
  ptrdiff_t counting = 0;
  for (ptrdiff_t t = 0; t < sequence; t++) counting += mask[t] != 0;
  for (ptrdiff_t i = 0; i < features; i++) {
    double sum = 0;
    for (ptrdiff_t t = 0; t < sequence; t++) sum += mask[t] != 0 ? src[t * features + i] : 0;
    dst[i] = ckernels_stored(format, counting == 0 ? 0 : sum / (double)counting);
  }
}
