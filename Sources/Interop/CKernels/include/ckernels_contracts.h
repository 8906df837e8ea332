#pragma once
#include <stddef.h>
#include <stdint.h>

#include "ckernels_types.h"

/// Dot products under the numerics contracts, bit for bit, and the machine instructions that they are held against.
///
/// Everything is a *code*: the bits of a number in the lowest bits of an integer. Accumulators and results are FP32,
/// FP16 or 32-bit integers (two's complement) in a uint32_t.

/// How products are added; what each takes and gives. docs/contracts/ says the same in words.
typedef enum ckernels_accumulation {
  /// FP32 codes (uint32_t): fused multiply-adds in index order (VFMADD231PS).
  CKERNELS_ACCUMULATION_FP32_CHAIN = 0,
  /// FP32 codes (uint32_t): exact products added in FP64 in index order, rounded once to FP32.
  CKERNELS_ACCUMULATION_FP64_CHAIN = 1,
  /// BF16 codes (uint16_t), FP32 sums: of each pair two fused multiply-adds into the sum, element 1 and then element 0,
  /// subnormals as zeros of their sign on the way in and out (VDPBF16PS).
  CKERNELS_ACCUMULATION_FP32_ODD_EVEN_PAIRS = 2,
  /// BF16 codes (uint16_t), FP32 sums: of each 32 elements (a row of a tile) the even and the odd ones in sums of their
  /// own, fused, from +0; even + odd; sum + that; subnormals as zeros everywhere (TDPBF16PS).
  CKERNELS_ACCUMULATION_FP32_ODD_EVEN_TILES = 3,
  /// FP16 codes (uint16_t), FP16 sums: fused multiply-adds in index order, each rounded to FP16 (VFMADD231PH).
  CKERNELS_ACCUMULATION_FP16_CHAIN = 4,
  /// FP32 codes (uint32_t): of each 32 elements fused multiply-adds in index order from +0; sum + that.
  CKERNELS_ACCUMULATION_FP32_BLOCKS = 5,
  /// u8 x s8: sums of two products saturate at 16 bits (VPMADDUBSW), two of them are added (VPMADDWD) to the sum.
  CKERNELS_ACCUMULATION_S16_SATURATING_PAIRS = 6,
  /// u8 x s8: four products are added to the sum, which wraps (VPDPBUSD).
  CKERNELS_ACCUMULATION_U8S8_WRAPPING = 7,
  /// u8 x s8: four products are added to the sum, which saturates after the four (VPDPBUSDS).
  CKERNELS_ACCUMULATION_U8S8_SATURATING = 8,
  /// s8 x s8: four products are added to the sum, which wraps (VPDPBSSD, TDPBSSD, SDOT).
  CKERNELS_ACCUMULATION_S8S8_WRAPPING = 9,
} ckernels_accumulation;

enum { CKERNELS_ACCUMULATION_COUNT = 10 };

/// Bytes of an operand element: 1, 2 or 4.
ptrdiff_t ckernels_accumulation_operand_bytes(ckernels_accumulation accumulation);

/// Elements of each operand that one step takes: 1, 2, 4 or 32.
ptrdiff_t ckernels_accumulation_group(ckernels_accumulation accumulation);

/// One step: what the instruction makes of an accumulator and one group of operand elements. By integer arithmetic
/// alone, NaN payloads and signed zeros included.
///
/// Of several NaNs in a fused multiply-add the result is the first one of a, b and the accumulator, quieted.
uint32_t ckernels_accumulation_step(
  ckernels_accumulation accumulation, uint32_t accumulator, const void *a, const void *b);

/// One step for each of `count` accumulators, in place: accumulators[i] takes group i of a and of b.
void ckernels_accumulation_steps(
  ckernels_accumulation accumulation, uint32_t *accumulators, const void *a, const void *b, ptrdiff_t count);

/// Steps over `count` elements, one after the other. In the last group of a dot product that is no multiple: missing
/// elements of pairs and fours count as +0; tiles take one pair fewer for every two missing elements, blocks one
/// element fewer.
uint32_t ckernels_accumulation_dot(
  ckernels_accumulation accumulation, uint32_t accumulator, const void *a, const void *b, ptrdiff_t count);

/// The same with strides, in elements, between the elements of each operand: a row of a row-major matrix has stride 1,
/// a column of one with n columns has stride n.
uint32_t ckernels_accumulation_strided_dot(ckernels_accumulation accumulation, uint32_t accumulator, const void *a,
  ptrdiff_t a_stride, const void *b, ptrdiff_t b_stride, ptrdiff_t count);
