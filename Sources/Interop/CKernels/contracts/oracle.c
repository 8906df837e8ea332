#include "../include/ckernels_contracts.h"
#include "arithmetic.h"

#include <string.h>

#pragma STDC FP_CONTRACT OFF

enum {
  /// Elements of a row of an AMX tile, and of an OCP MX block.
  GROUP = 32,
};

// MARK: Steps. Operands of `count` elements, at most a group.

static uint32_t word(const void *codes, ptrdiff_t index) {
  uint32_t code;
  memcpy(&code, (const uint8_t *)codes + 4 * index, sizeof code);
  return code;
}

static uint16_t half_word(const void *codes, ptrdiff_t index) {
  uint16_t code;
  memcpy(&code, (const uint8_t *)codes + 2 * index, sizeof code);
  return code;
}

/// A BF16 code as the FP32 code of the same number.
static uint32_t widened(const void *codes, ptrdiff_t index) { return (uint32_t)half_word(codes, index) << 16; }

static uint32_t fp32_fma(uint32_t accumulator, uint32_t a, uint32_t b) {
  return (uint32_t)fused(FP32, FP32, a, b, accumulator);
}

static uint32_t fp32_flushed_fma(uint32_t accumulator, uint32_t a, uint32_t b) {
  return (uint32_t)fused(FP32_FLUSHED, FP32_FLUSHED, a, b, accumulator);
}

/// Intel SDM, VDPBF16PS: element 1 of each pair, then element 0.
static uint32_t odd_even_pair(uint32_t accumulator, const void *a, const void *b) {
  const uint32_t odd = fp32_flushed_fma(accumulator, widened(a, 1), widened(b, 1));
  return fp32_flushed_fma(odd, widened(a, 0), widened(b, 0));
}

/// Intel SDM, TDPBF16PS: one row of the first tile and one column of pairs of the second.
static uint32_t odd_even_tile(uint32_t accumulator, const void *a, const void *b, ptrdiff_t count) {
  uint32_t even = 0, odd = 0;
  for (ptrdiff_t k = 0; k < count; k += 2) {
    even = fp32_flushed_fma(even, widened(a, k), widened(b, k));
    odd = fp32_flushed_fma(odd, k + 1 < count ? widened(a, k + 1) : 0, k + 1 < count ? widened(b, k + 1) : 0);
  }
  return (uint32_t)added(FP32_FLUSHED, accumulator, added(FP32_FLUSHED, even, odd));
}

static uint32_t block(uint32_t accumulator, const void *a, const void *b, ptrdiff_t count) {
  uint32_t sum = 0;
  for (ptrdiff_t k = 0; k < count; k++) sum = fp32_fma(sum, word(a, k), word(b, k));
  return (uint32_t)added(FP32, accumulator, sum);
}

static int32_t clamped(int64_t value, int32_t least, int32_t greatest) {
  return (int32_t)(value < least ? least : value > greatest ? greatest : value);
}

/// Intel SDM, VPMADDUBSW, then VPMADDWD by ones, then VPADDD.
static uint32_t saturating_pairs(uint32_t accumulator, const uint8_t *a, const int8_t *b) {
  const int32_t low = clamped((int32_t)a[0] * b[0] + (int32_t)a[1] * b[1], INT16_MIN, INT16_MAX);
  const int32_t high = clamped((int32_t)a[2] * b[2] + (int32_t)a[3] * b[3], INT16_MIN, INT16_MAX);
  return accumulator + (uint32_t)(low + high);
}

static int32_t four_u8s8(const uint8_t *a, const int8_t *b) {
  return (int32_t)a[0] * b[0] + (int32_t)a[1] * b[1] + (int32_t)a[2] * b[2] + (int32_t)a[3] * b[3];
}

static int32_t four_s8s8(const int8_t *a, const int8_t *b) {
  return (int32_t)a[0] * b[0] + (int32_t)a[1] * b[1] + (int32_t)a[2] * b[2] + (int32_t)a[3] * b[3];
}

/// Intel SDM, VPDPBUSDS: the sum of the four products and the accumulator saturates, not the parts.
static uint32_t saturating_four(uint32_t accumulator, const uint8_t *a, const int8_t *b) {
  return (uint32_t)clamped((int64_t)(int32_t)accumulator + four_u8s8(a, b), INT32_MIN, INT32_MAX);
}

/// One step over a whole group, or over the first `count` elements of one where the accumulation takes fewer.
static inline __attribute__((always_inline)) uint32_t step(
  ckernels_accumulation accumulation, uint32_t accumulator, const void *a, const void *b, ptrdiff_t count) {
  switch (accumulation) {
  case CKERNELS_ACCUMULATION_FP32_CHAIN:
    return fp32_fma(accumulator, word(a, 0), word(b, 0));
  case CKERNELS_ACCUMULATION_FP64_CHAIN: {
    // Here one step is a dot product of one element; longer ones stay in FP64 between their elements.
    const uint64_t sum = fused(FP32, FP64, word(a, 0), word(b, 0), converted(FP32, FP64, accumulator));
    return (uint32_t)converted(FP64, FP32, sum);
  }
  case CKERNELS_ACCUMULATION_FP32_ODD_EVEN_PAIRS:
    return odd_even_pair(accumulator, a, b);
  case CKERNELS_ACCUMULATION_FP32_ODD_EVEN_TILES:
    return odd_even_tile(accumulator, a, b, count);
  case CKERNELS_ACCUMULATION_FP16_CHAIN:
    return (uint32_t)fused(FP16, FP16, half_word(a, 0), half_word(b, 0), accumulator & 0xFFFF);
  case CKERNELS_ACCUMULATION_FP32_BLOCKS:
    return block(accumulator, a, b, count);
  case CKERNELS_ACCUMULATION_S16_SATURATING_PAIRS:
    return saturating_pairs(accumulator, a, b);
  case CKERNELS_ACCUMULATION_U8S8_WRAPPING:
    return accumulator + (uint32_t)four_u8s8(a, b);
  case CKERNELS_ACCUMULATION_U8S8_SATURATING:
    return saturating_four(accumulator, a, b);
  case CKERNELS_ACCUMULATION_S8S8_WRAPPING:
    return accumulator + (uint32_t)four_s8s8(a, b);
  }
  return accumulator;
}

ptrdiff_t ckernels_accumulation_operand_bytes(ckernels_accumulation accumulation) {
  switch (accumulation) {
  case CKERNELS_ACCUMULATION_FP32_CHAIN:
  case CKERNELS_ACCUMULATION_FP64_CHAIN:
  case CKERNELS_ACCUMULATION_FP32_BLOCKS:
    return 4;
  case CKERNELS_ACCUMULATION_FP32_ODD_EVEN_PAIRS:
  case CKERNELS_ACCUMULATION_FP32_ODD_EVEN_TILES:
  case CKERNELS_ACCUMULATION_FP16_CHAIN:
    return 2;
  case CKERNELS_ACCUMULATION_S16_SATURATING_PAIRS:
  case CKERNELS_ACCUMULATION_U8S8_WRAPPING:
  case CKERNELS_ACCUMULATION_U8S8_SATURATING:
  case CKERNELS_ACCUMULATION_S8S8_WRAPPING:
    break;
  }
  return 1;
}

ptrdiff_t ckernels_accumulation_group(ckernels_accumulation accumulation) {
  switch (accumulation) {
  case CKERNELS_ACCUMULATION_FP32_CHAIN:
  case CKERNELS_ACCUMULATION_FP64_CHAIN:
  case CKERNELS_ACCUMULATION_FP16_CHAIN:
    return 1;
  case CKERNELS_ACCUMULATION_FP32_ODD_EVEN_PAIRS:
    return 2;
  case CKERNELS_ACCUMULATION_FP32_ODD_EVEN_TILES:
  case CKERNELS_ACCUMULATION_FP32_BLOCKS:
    return GROUP;
  case CKERNELS_ACCUMULATION_S16_SATURATING_PAIRS:
  case CKERNELS_ACCUMULATION_U8S8_WRAPPING:
  case CKERNELS_ACCUMULATION_U8S8_SATURATING:
  case CKERNELS_ACCUMULATION_S8S8_WRAPPING:
    break;
  }
  return 4;
}

uint32_t ckernels_accumulation_step(
  ckernels_accumulation accumulation, uint32_t accumulator, const void *a, const void *b) {
  return step(accumulation, accumulator, a, b, ckernels_accumulation_group(accumulation));
}

void ckernels_accumulation_steps(
  ckernels_accumulation accumulation, uint32_t *accumulators, const void *a, const void *b, ptrdiff_t count) {
  // A loop for each, so that the compiler sees what a step is.
#define STEPS(name, bytes) \
  case CKERNELS_ACCUMULATION_##name: \
    for (ptrdiff_t i = 0; i < count; i++) { \
      accumulators[i] = step(CKERNELS_ACCUMULATION_##name, accumulators[i], (const uint8_t *)a + i * (bytes), \
        (const uint8_t *)b + i * (bytes), GROUP); \
    } \
    break
  switch (accumulation) {
    STEPS(FP32_CHAIN, 4);
    STEPS(FP64_CHAIN, 4);
    STEPS(FP32_ODD_EVEN_PAIRS, 4);
    STEPS(FP32_ODD_EVEN_TILES, 2 * GROUP);
    STEPS(FP16_CHAIN, 2);
    STEPS(FP32_BLOCKS, 4 * GROUP);
    STEPS(S16_SATURATING_PAIRS, 4);
    STEPS(U8S8_WRAPPING, 4);
    STEPS(U8S8_SATURATING, 4);
    STEPS(S8S8_WRAPPING, 4);
  }
#undef STEPS
}

uint32_t ckernels_accumulation_strided_dot(ckernels_accumulation accumulation, uint32_t accumulator, const void *a,
  ptrdiff_t a_stride, const void *b, ptrdiff_t b_stride, ptrdiff_t count) {
  const ptrdiff_t bytes = ckernels_accumulation_operand_bytes(accumulation);
  const ptrdiff_t group = ckernels_accumulation_group(accumulation);
  uint64_t wide = accumulation == CKERNELS_ACCUMULATION_FP64_CHAIN ? converted(FP32, FP64, accumulator) : 0;
  for (ptrdiff_t k = 0; k < count; k += group) {
    const ptrdiff_t taken = count - k < group ? count - k : group;
    // Elements that are missing are the zeros that these begin with.
    uint8_t left[4 * GROUP] = {0}, right[4 * GROUP] = {0};
    for (ptrdiff_t i = 0; i < taken; i++) {
      memcpy(left + i * bytes, (const uint8_t *)a + (k + i) * a_stride * bytes, (size_t)bytes);
      memcpy(right + i * bytes, (const uint8_t *)b + (k + i) * b_stride * bytes, (size_t)bytes);
    }
    if (accumulation == CKERNELS_ACCUMULATION_FP64_CHAIN) {
      wide = fused(FP32, FP64, word(left, 0), word(right, 0), wide);
    } else {
      accumulator = step(accumulation, accumulator, left, right, taken);
    }
  }
  return accumulation == CKERNELS_ACCUMULATION_FP64_CHAIN ? (uint32_t)converted(FP64, FP32, wide) : accumulator;
}

uint32_t ckernels_accumulation_dot(
  ckernels_accumulation accumulation, uint32_t accumulator, const void *a, const void *b, ptrdiff_t count) {
  return ckernels_accumulation_strided_dot(accumulation, accumulator, a, 1, b, 1, count);
}
