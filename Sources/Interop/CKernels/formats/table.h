#pragma once
#include "rule.h"

/// The functions on arrays of one level.
typedef struct conversion_table {
  void (*encode)(const ckernels_conversion *, const float *src, void *dst, ptrdiff_t count, uint64_t first);
  void (*decode)(const ckernels_conversion *, const void *src, float *dst, ptrdiff_t count);
  void (*quantise)(const ckernels_conversion *, const float *src, float *dst, ptrdiff_t count, uint64_t first);
  void (*quantise_blocks)(const ckernels_conversion *, ckernels_block_scale kind, ptrdiff_t size, const float *src,
    float *dst, ptrdiff_t lines, ptrdiff_t line_stride, ptrdiff_t depth, ptrdiff_t stride, uint64_t first);
  ptrdiff_t (*count_not_finite)(const float *src, ptrdiff_t count);
} conversion_table;

extern const conversion_table ckernels_conversions_generic;
#if defined(__x86_64__)
extern const conversion_table ckernels_conversions_avx2;
extern const conversion_table ckernels_conversions_avx512;
#endif
