#include "table.h"

static const conversion_table *conversions(ckernels_isa isa) {
#if defined(__x86_64__)
  if (isa >= CKERNELS_ISA_AVX512) return &ckernels_conversions_avx512;
  if (isa >= CKERNELS_ISA_AVX2) return &ckernels_conversions_avx2;
#else
  (void)isa;
#endif
  return &ckernels_conversions_generic;
}

void ckernels_encode(ckernels_isa isa, const ckernels_conversion *conversion, const float *src, void *dst,
  ptrdiff_t count, uint64_t first) {
  conversions(isa)->encode(conversion, src, dst, count, first);
}

void ckernels_decode(
  ckernels_isa isa, const ckernels_conversion *conversion, const void *src, float *dst, ptrdiff_t count) {
  conversions(isa)->decode(conversion, src, dst, count);
}

void ckernels_quantise(ckernels_isa isa, const ckernels_conversion *conversion, const float *src, float *dst,
  ptrdiff_t count, uint64_t first) {
  conversions(isa)->quantise(conversion, src, dst, count, first);
}

void ckernels_quantise_blocks(ckernels_isa isa, const ckernels_conversion *conversion, ckernels_block_scale kind,
  ptrdiff_t size, const float *src, float *dst, ptrdiff_t lines, ptrdiff_t line_stride, ptrdiff_t depth,
  ptrdiff_t stride, uint64_t first) {
  conversions(isa)->quantise_blocks(conversion, kind, size, src, dst, lines, line_stride, depth, stride, first);
}

ptrdiff_t ckernels_count_not_finite(ckernels_isa isa, const float *src, ptrdiff_t count) {
  return conversions(isa)->count_not_finite(src, count);
}
