// Blocks as codes and scales, for whoever stores them; one contiguous line.
#include "rule.h"

/// The bytes of an element, for the functions on arrays of them.
static ptrdiff_t smaller_count(ptrdiff_t a, ptrdiff_t b) { return a < b ? a : b; }

void ckernels_encode_blocks(const ckernels_conversion *conversion, ckernels_block_scale kind, ptrdiff_t size,
  const float *src, void *codes, void *scales, ptrdiff_t count, uint64_t first) {
  const block_rule rule = rule_of(conversion, kind);
  const ptrdiff_t bytes = ckernels_number_bytes(&conversion->element);
  ckernels_conversion scaled = *conversion;
  scaled.zero_point = 0;
  for (ptrdiff_t k = 0, block = 0; k < count; k += size, block++) {
    const ptrdiff_t length = smaller_count(size, count - k);
    uint32_t magnitude = 0;
    for (ptrdiff_t i = k; i < k + length; i++) {
      const uint32_t a = bits_of_float(src[i]) & 0x7fffffff;
      magnitude = a > magnitude ? a : magnitude;
    }
    const block_scale scale = scale_of_block(&rule, magnitude);
    if (kind == CKERNELS_BLOCK_E8M0) {
      ((uint8_t *)scales)[block] = scale.code;
    } else {
      __builtin_memcpy((char *)scales + block * 4, &scale.scale, 4);
    }
    scaled.scale = scale.scale;
    char *to = (char *)codes + k * bytes;
    // A block without a scale is NaN whatever its codes are.
    if (scale.scale != scale.scale) {
      __builtin_memset(to, 0, (size_t)(length * bytes));
    } else {
      ckernels_encode(CKERNELS_ISA_GENERIC, &scaled, src + k, to, length, first + (uint64_t)k);
    }
  }
}

void ckernels_decode_blocks(const ckernels_conversion *conversion, ckernels_block_scale kind, ptrdiff_t size,
  const void *codes, const void *scales, float *dst, ptrdiff_t count) {
  const ptrdiff_t bytes = ckernels_number_bytes(&conversion->element);
  ckernels_conversion scaled = *conversion;
  scaled.zero_point = 0;
  for (ptrdiff_t k = 0, block = 0; k < count; k += size, block++) {
    if (kind == CKERNELS_BLOCK_E8M0) {
      scaled.scale = e8m0_value(((const uint8_t *)scales)[block], 0);
    } else {
      __builtin_memcpy(&scaled.scale, (const char *)scales + block * 4, 4);
    }
    const ptrdiff_t length = smaller_count(size, count - k);
    ckernels_decode(CKERNELS_ISA_GENERIC, &scaled, (const char *)codes + k * bytes, dst + k, length);
  }
}
