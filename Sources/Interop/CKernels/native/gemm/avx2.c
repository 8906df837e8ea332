// Tiles for AVX2 with FMA: eight lanes.
#include "kernels.h"

#if defined(__x86_64__)
#include <immintrin.h>
#define LANES 8
#pragma clang attribute push(__attribute__((target("avx2,fma,f16c"))), apply_to = function)
#include "family.h"

#define STEP f32_step
#define KR 1
#define MR 6
#define NV 2
#define TYPES CKERNELS_GEMM_F32
#define INTEGERS 0
#define FEATURES AVX2_FEATURES
#define NAME "gemm:f32:avx2:6x16"
#define KERNEL ckernels_gemm_f32_avx2
#include "kernel.h"

#define STEP widened_bf16_step
#define FLUSHES
#define KR 2
#define MR 4
#define NV 2
#define TYPES CKERNELS_GEMM_BF16
#define INTEGERS 0
#define FEATURES AVX2_FEATURES
#define NAME "gemm:bf16:avx2:4x16"
#define KERNEL ckernels_gemm_bf16_avx2
#include "kernel.h"

/// Sums of pairs in 16 bits, which weights of -64 ... 64 cannot saturate: 2 * 255 * 64 = 32640.
INLINE lanes_f32 u8s7_step(lanes_f32 sum, lanes_u32 a, lanes_u32 b) {
  const __m256i pairs = _mm256_maddubs_epi16((__m256i)a, (__m256i)b);
  return (lanes_f32)_mm256_add_epi32((__m256i)sum, _mm256_madd_epi16(pairs, _mm256_set1_epi16(1)));
}

#define STEP u8s7_step
#define KR 4
#define MR 4
#define NV 2
#define TYPES CKERNELS_GEMM_U8S7
#define INTEGERS 1
#define FEATURES AVX2_FEATURES
#define NAME "gemm:u8s7:avx2:4x16"
#define KERNEL ckernels_gemm_u8s7_avx2
#include "kernel.h"

/// Weights of all 8 bits: VPMADDUBSW saturates.
const ckernels_gemm_kernel ckernels_gemm_u8s8_pairs_avx2 = {
  .name = "gemm:u8s8_pairs:avx2:4x16",
  .types = CKERNELS_GEMM_U8S8_PAIRS,
  .features = AVX2_FEATURES,
  .mr = 4,
  .nr = 16,
  .kr = 4,
  .block = 4,
  .lanes = LANES,
  .tile = u8s7_step__run,
  .finish = u8s7_step__finish,
  .pack = u8s7_step__pack,
  .column_sums = u8s7_step__column_sums,
};

/// Sums of four products: the even and the odd bytes apart, in 16 bits each. They do not overflow, unlike VPMADDUBSW's.
INLINE __m256i sum_of_four(lanes_u32 a, lanes_u32 b) {
  const __m256i even_a = _mm256_and_si256((__m256i)a, _mm256_set1_epi16(255)), odd_a = _mm256_srli_epi16((__m256i)a, 8);
  const __m256i even_b = _mm256_srai_epi16(_mm256_slli_epi16((__m256i)b, 8), 8),
                odd_b = _mm256_srai_epi16((__m256i)b, 8);
  return _mm256_add_epi32(_mm256_madd_epi16(even_a, even_b), _mm256_madd_epi16(odd_a, odd_b));
}

INLINE lanes_f32 u8s8_step(lanes_f32 sum, lanes_u32 a, lanes_u32 b) {
  return (lanes_f32)_mm256_add_epi32((__m256i)sum, sum_of_four(a, b));
}

#define STEP u8s8_step
#define KR 4
#define MR 4
#define NV 2
#define TYPES CKERNELS_GEMM_U8S8_WRAPPING
#define INTEGERS 1
#define FEATURES AVX2_FEATURES
#define NAME "gemm:u8s8_wrap:avx2:4x16"
#define KERNEL ckernels_gemm_u8s8_wrapping_avx2
#include "kernel.h"

INLINE lanes_f32 u8s8_saturating_step(lanes_f32 sum, lanes_u32 a, lanes_u32 b) {
  const __m256i addend = sum_of_four(a, b), total = _mm256_add_epi32((__m256i)sum, addend);
  // Sum and addend have one sign and the total has the other.
  const __m256i overflow = _mm256_and_si256(_mm256_xor_si256((__m256i)sum, total), _mm256_xor_si256(addend, total));
  const __m256i limit = _mm256_xor_si256(_mm256_srai_epi32((__m256i)sum, 31), _mm256_set1_epi32(INT32_MAX));
  return (lanes_f32)_mm256_blendv_ps((__m256)total, (__m256)limit, (__m256)overflow);
}

#define STEP u8s8_saturating_step
#define KR 4
#define MR 4
#define NV 2
#define TYPES CKERNELS_GEMM_U8S8_SATURATING
#define INTEGERS 1
#define FEATURES AVX2_FEATURES
#define NAME "gemm:u8s8_sat:avx2:4x16"
#define KERNEL ckernels_gemm_u8s8_saturating_avx2
#include "kernel.h"

#define STEP f32_blocks_step
#define KR 1
#define MR 6
#define NV 2
#define BLOCK 32
#define BLOCK_SUMS 1
#define TYPES CKERNELS_GEMM_F32_BLOCKS
#define INTEGERS 0
#define FEATURES AVX2_FEATURES
#define NAME "gemm:f32_blocks:avx2:6x16"
#define KERNEL ckernels_gemm_f32_blocks_avx2
#include "kernel.h"

#define STEP bf16_tiles_step
#define KR 2
#define MR 2
#define NV 2
#define FLUSHES
#define BLOCK 32
#define BLOCK_SUMS 2
#define TYPES CKERNELS_GEMM_BF16_TILES
#define INTEGERS 0
#define FEATURES AVX2_FEATURES
#define NAME "gemm:bf16_tiles:avx2:2x16"
#define KERNEL ckernels_gemm_bf16_tiles_avx2
#include "kernel.h"

#define STEP f16_chain_step
#define TILE_HEADER "tile_half.h"
#define ROWS_AT_ONCE 2
#define KR 1
#define MR 4
#define NV 2
#define TYPES CKERNELS_GEMM_F16_CHAIN
#define INTEGERS 0
#define FEATURES AVX2_FEATURES
#define NAME "gemm:f16_chain:avx2:4x16"
#define KERNEL ckernels_gemm_f16_chain_avx2
#include "kernel.h"

#pragma clang attribute pop
#endif
