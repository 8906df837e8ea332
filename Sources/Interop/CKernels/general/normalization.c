// Normalisation in FP64.
#include "ckernels_general_normalization.h"
#include "levels.h"
#include <math.h>

#pragma STDC FP_CONTRACT OFF

enum {
  /// Partial sums kept apart: a fixed number, so that every level adds in the same order.
  PARTS = 16
};

#define DEFINE_NORMALIZATION(SUFFIX, TYPE) \
  INLINE void batch_norm_##SUFFIX(const TYPE *src, ptrdiff_t count, const TYPE *scale, const TYPE *bias, \
    const TYPE *mean, const TYPE *variance, double epsilon, TYPE *dst) { \
    const double factor = *scale / sqrt(*variance + epsilon), center = *mean, addend = *bias; \
    for (ptrdiff_t i = 0; i < count; i++) dst[i] = (TYPE)((src[i] - center) * factor + addend); \
  } \
  FOR_ALL_LEVELS(batch_norm_##SUFFIX, \
    (const TYPE *src, ptrdiff_t count, const TYPE *scale, const TYPE *bias, const TYPE *mean, const TYPE *variance, \
      double epsilon, TYPE *dst), \
    (src, count, scale, bias, mean, variance, epsilon, dst)) \
  /* The sum of (x - center)^2 or, without `squares`, of x - center. */ \
  INLINE double row_sum_##SUFFIX(const TYPE *src, ptrdiff_t count, double center, int squares) { \
    double parts[PARTS] = {0}; \
    ptrdiff_t i = 0; \
    for (; i + PARTS <= count; i += PARTS) { \
      for (int j = 0; j < PARTS; j++) { \
        const double x = src[i + j] - center; \
        parts[j] += squares ? x * x : x; \
      } \
    } \
    for (int j = 0; i < count; i++, j++) { \
      const double x = src[i] - center; \
      parts[j] += squares ? x * x : x; \
    } \
    for (int width = PARTS / 2; width > 0; width /= 2) { \
      for (int j = 0; j < width; j++) parts[j] += parts[j + width]; \
    } \
    return parts[0]; \
  } \
  INLINE void row_norm_##SUFFIX(const TYPE *src, ptrdiff_t count, int subtracts_mean, double epsilon, \
    const ckernels_row_affine *affine, float *mean_result, float *inverse_result, TYPE *dst) { \
    const double mean = subtracts_mean ? row_sum_##SUFFIX(src, count, 0, 0) / (double)count : 0; \
    const double variance = row_sum_##SUFFIX(src, count, mean, 1) / (double)count; \
    const double inverse = 1 / sqrt(variance + epsilon); \
    if (mean_result) *mean_result = (float)mean; \
    if (inverse_result) *inverse_result = (float)inverse; \
    const TYPE *scales = affine->scale, *biases = affine->bias; \
    for (ptrdiff_t i = 0; i < count;) { \
      const ptrdiff_t place = affine->start + i, repeat = affine->repeat; \
      const ptrdiff_t index = place / repeat % affine->period; \
      const ptrdiff_t room = repeat > 1 ? repeat - place % repeat : affine->period - index; \
      const ptrdiff_t end = room < count - i ? i + room : count; \
      if (repeat > 1) { \
        const double scale = scales ? scales[index] : 1, bias = biases ? biases[index] : 0; \
        for (; i < end; i++) dst[i] = (TYPE)((src[i] - mean) * inverse * scale + bias); \
      } else if (scales && biases) { \
        const TYPE *scale = scales + index - i, *bias = biases + index - i; \
        for (; i < end; i++) dst[i] = (TYPE)((src[i] - mean) * inverse * scale[i] + bias[i]); \
      } else { \
        const ptrdiff_t base = index - i; \
        for (; i < end; i++) { \
          const double scaled = (src[i] - mean) * inverse * (scales ? scales[base + i] : 1); \
          dst[i] = (TYPE)(scaled + (biases ? biases[base + i] : 0)); \
        } \
      } \
    } \
  } \
  FOR_ALL_LEVELS(row_norm_##SUFFIX, \
    (const TYPE *src, ptrdiff_t count, int subtracts_mean, double epsilon, const ckernels_row_affine *affine, \
      float *mean_result, float *inverse_result, TYPE *dst), \
    (src, count, subtracts_mean, epsilon, affine, mean_result, inverse_result, dst))

DEFINE_NORMALIZATION(f32, float)
DEFINE_NORMALIZATION(f64, double)
