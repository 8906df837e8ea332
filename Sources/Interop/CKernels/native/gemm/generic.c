// Tiles for any CPU: four lanes, the baseline of x86-64 (SSE2) and of AArch64 (NEON).
#include "kernels.h"

#define LANES 4
#include "family.h"

#define STEP f32_step
#define KR 1
#define MR 4
#define NV 2
#define TYPES CKERNELS_GEMM_F32
#define INTEGERS 0
#define FEATURES (0)
#define NAME "gemm:f32:generic:4x8"
#define KERNEL ckernels_gemm_f32_generic
#include "kernel.h"

#define STEP widened_bf16_step
#define FLUSHES
#define KR 2
#define MR 4
#define NV 2
#define TYPES CKERNELS_GEMM_BF16
#define INTEGERS 0
#define FEATURES (0)
#define NAME "gemm:bf16:generic:4x8"
#define KERNEL ckernels_gemm_bf16_generic
#include "kernel.h"

/// The product of byte `index` of two words. Element by element: there is no instruction.
INLINE lanes_s32 byte_product(lanes_u32 a, lanes_u32 b, const int index) {
  return (lanes_s32)(a >> (uint32_t)(8 * index) & 255u) * ((lanes_s32)(b << (uint32_t)(24 - 8 * index)) >> 24);
}

INLINE lanes_f32 u8s8_step(lanes_f32 sum, lanes_u32 a, lanes_u32 b) {
  // As unsigned numbers, which wrap.
  lanes_u32 total = bits_of(sum);
  for (int i = 0; i < 4; i++) total += (lanes_u32)byte_product(a, b, i);
  return from_bits(total);
}

#define STEP u8s8_step
#define KR 4
#define MR 4
#define NV 2
#define TYPES CKERNELS_GEMM_U8S8
#define INTEGERS 1
#define FEATURES (0)
#define NAME "gemm:u8s8:generic:4x8"
#define KERNEL ckernels_gemm_u8s8_generic
#include "kernel.h"

/// Sums of pairs saturate at 16 bits.
INLINE lanes_f32 u8s8_pairs_step(lanes_f32 sum, lanes_u32 a, lanes_u32 b) {
  lanes_u32 total = bits_of(sum);
  for (int i = 0; i < 4; i += 2) {
    const lanes_s32 pair = byte_product(a, b, i) + byte_product(a, b, i + 1);
    const lanes_s32 floored = pair < INT16_MIN ? (lanes_s32)INT16_MIN : pair;
    total += (lanes_u32)(floored > INT16_MAX ? (lanes_s32)INT16_MAX : floored);
  }
  return from_bits(total);
}

#define STEP u8s8_pairs_step
#define KR 4
#define MR 4
#define NV 2
#define TYPES CKERNELS_GEMM_U8S8_PAIRS
#define INTEGERS 1
#define FEATURES (0)
#define NAME "gemm:u8s8_pairs:generic:4x8"
#define KERNEL ckernels_gemm_u8s8_pairs_generic
#include "kernel.h"

INLINE lanes_f32 u8s8_saturating_step(lanes_f32 sum, lanes_u32 a, lanes_u32 b) {
  lanes_s32 addend = 0;
  for (int i = 0; i < 4; i++) addend += byte_product(a, b, i);
  const lanes_s32 total = (lanes_s32)(bits_of(sum) + (lanes_u32)addend);
  const lanes_s32 overflows = (((lanes_s32)sum ^ total) & (addend ^ total)) < 0;
  return (lanes_f32)(overflows ? ((lanes_s32)sum >> 31) ^ INT32_MAX : total);
}

#define STEP u8s8_saturating_step
#define KR 4
#define MR 4
#define NV 2
#define TYPES CKERNELS_GEMM_U8S8_SATURATING
#define INTEGERS 1
#define FEATURES (0)
#define NAME "gemm:u8s8_sat:generic:4x8"
#define KERNEL ckernels_gemm_u8s8_saturating_generic
#include "kernel.h"

#define STEP f32_chain_step
#define KR 1
#define MR 4
#define NV 2
#define TYPES CKERNELS_GEMM_F32_CHAIN
#define INTEGERS 0
#define FEATURES (0)
#define NAME "gemm:f32_chain:generic:4x8"
#define KERNEL ckernels_gemm_f32_chain_generic
#include "kernel.h"

#define STEP f32_blocks_step
#define KR 1
#define MR 4
#define NV 2
#define BLOCK 32
#define BLOCK_SUMS 1
#define TYPES CKERNELS_GEMM_F32_BLOCKS
#define INTEGERS 0
#define FEATURES (0)
#define NAME "gemm:f32_blocks:generic:4x8"
#define KERNEL ckernels_gemm_f32_blocks_generic
#include "kernel.h"

#define STEP bf16_tiles_step
#define KR 2
#define MR 4
#define NV 2
#define FLUSHES
#define BLOCK 32
#define BLOCK_SUMS 2
#define TYPES CKERNELS_GEMM_BF16_TILES
#define INTEGERS 0
#define FEATURES (0)
#define NAME "gemm:bf16_tiles:generic:4x8"
#define KERNEL ckernels_gemm_bf16_tiles_generic
#include "kernel.h"

#define STEP f16_chain_step
#define KR 1
#define MR 4
#define NV 2
#define TYPES CKERNELS_GEMM_F16_CHAIN
#define INTEGERS 0
#define FEATURES (0)
#define NAME "gemm:f16_chain:generic:4x8"
#define KERNEL ckernels_gemm_f16_chain_generic
#include "kernel.h"
