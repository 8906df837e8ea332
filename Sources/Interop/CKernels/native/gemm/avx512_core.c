// Tiles for AVX-512: sixteen lanes.
#include "kernels.h"

#if defined(__x86_64__)
#include <immintrin.h>
#define LANES 16
#pragma clang attribute push( \
  __attribute__((target("avx2,fma,f16c,avx512f,avx512bw,avx512cd,avx512dq,avx512vl"))), apply_to = function)
#include "family.h"

#define STEP f32_step
#define KR 1
#define MR 6
#define NV 4
#define TYPES CKERNELS_GEMM_F32
#define INTEGERS 0
#define FEATURES AVX512_CORE_FEATURES
#define NAME "gemm:f32:avx512_core:6x64"
#define KERNEL ckernels_gemm_f32_avx512_core
#include "kernel.h"

#define STEP widened_bf16_step
#define FLUSHES
#define KR 2
#define MR 4
#define NV 4
#define TYPES CKERNELS_GEMM_BF16
#define INTEGERS 0
#define FEATURES AVX512_CORE_FEATURES
#define NAME "gemm:bf16:avx512_core:4x64"
#define KERNEL ckernels_gemm_bf16_avx512_core
#include "kernel.h"

/// Sums of pairs in 16 bits, which weights of -64 ... 64 cannot saturate: 2 * 255 * 64 = 32640.
INLINE lanes_f32 u8s7_step(lanes_f32 sum, lanes_u32 a, lanes_u32 b) {
  const __m512i pairs = _mm512_maddubs_epi16((__m512i)a, (__m512i)b);
  return (lanes_f32)_mm512_add_epi32((__m512i)sum, _mm512_madd_epi16(pairs, _mm512_set1_epi16(1)));
}

#define STEP u8s7_step
#define KR 4
#define MR 6
#define NV 4
#define TYPES CKERNELS_GEMM_U8S7
#define INTEGERS 1
#define FEATURES AVX512_CORE_FEATURES
#define NAME "gemm:u8s7:avx512_core:6x64"
#define KERNEL ckernels_gemm_u8s7_avx512_core
#include "kernel.h"

/// Weights of all 8 bits: VPMADDUBSW saturates.
const ckernels_gemm_kernel ckernels_gemm_u8s8_pairs_avx512_core = {
  .name = "gemm:u8s8_pairs:avx512_core:6x64",
  .types = CKERNELS_GEMM_U8S8_PAIRS,
  .features = AVX512_CORE_FEATURES,
  .mr = 6,
  .nr = 64,
  .kr = 4,
  .block = 4,
  .lanes = LANES,
  .tile = u8s7_step__run,
  .finish = u8s7_step__finish,
  .pack = u8s7_step__pack,
  .column_sums = u8s7_step__column_sums,
};

/// Sums of four products: the even and the odd bytes apart, in 16 bits each. They do not overflow, unlike VPMADDUBSW's.
INLINE __m512i sum_of_four(lanes_u32 a, lanes_u32 b) {
  const __m512i even_a = _mm512_and_si512((__m512i)a, _mm512_set1_epi16(255)), odd_a = _mm512_srli_epi16((__m512i)a, 8);
  const __m512i even_b = _mm512_srai_epi16(_mm512_slli_epi16((__m512i)b, 8), 8),
                odd_b = _mm512_srai_epi16((__m512i)b, 8);
  return _mm512_add_epi32(_mm512_madd_epi16(even_a, even_b), _mm512_madd_epi16(odd_a, odd_b));
}

INLINE lanes_f32 u8s8_step(lanes_f32 sum, lanes_u32 a, lanes_u32 b) {
  return (lanes_f32)_mm512_add_epi32((__m512i)sum, sum_of_four(a, b));
}

#define STEP u8s8_step
#define KR 4
#define MR 4
#define NV 4
#define TYPES CKERNELS_GEMM_U8S8_WRAPPING
#define INTEGERS 1
#define FEATURES AVX512_CORE_FEATURES
#define NAME "gemm:u8s8_wrap:avx512_core:4x64"
#define KERNEL ckernels_gemm_u8s8_wrapping_avx512_core
#include "kernel.h"

INLINE lanes_f32 u8s8_saturating_step(lanes_f32 sum, lanes_u32 a, lanes_u32 b) {
  const __m512i addend = sum_of_four(a, b), total = _mm512_add_epi32((__m512i)sum, addend);
  // Sum and addend have one sign and the total has the other: (sum ^ total) & (addend ^ total).
  const __m512i overflow = _mm512_ternarylogic_epi32((__m512i)sum, addend, total, 0x42);
  const __m512i limit = _mm512_srai_epi32((__m512i)sum, 31);
  return (lanes_f32)_mm512_mask_xor_epi32(total, _mm512_movepi32_mask(overflow), limit, _mm512_set1_epi32(INT32_MAX));
}

#define STEP u8s8_saturating_step
#define KR 4
#define MR 4
#define NV 4
#define TYPES CKERNELS_GEMM_U8S8_SATURATING
#define INTEGERS 1
#define FEATURES AVX512_CORE_FEATURES
#define NAME "gemm:u8s8_sat:avx512_core:4x64"
#define KERNEL ckernels_gemm_u8s8_saturating_avx512_core
#include "kernel.h"

#define STEP f32_blocks_step
#define KR 1
#define MR 6
#define NV 4
#define BLOCK 32
#define BLOCK_SUMS 1
#define TYPES CKERNELS_GEMM_F32_BLOCKS
#define INTEGERS 0
#define FEATURES AVX512_CORE_FEATURES
#define NAME "gemm:f32_blocks:avx512_core:6x64"
#define KERNEL ckernels_gemm_f32_blocks_avx512_core
#include "kernel.h"

#define STEP bf16_tiles_step
#define KR 2
#define MR 6
#define NV 2
#define FLUSHES
#define BLOCK 32
#define BLOCK_SUMS 2
#define TYPES CKERNELS_GEMM_BF16_TILES
#define INTEGERS 0
#define FEATURES AVX512_CORE_FEATURES
#define NAME "gemm:bf16_tiles:avx512_core:6x32"
#define KERNEL ckernels_gemm_bf16_tiles_avx512_core
#include "kernel.h"

/// One product of FP16 values that are held as FP32, added to FP16 sums in one rounding.
///
/// The sum is rounded to FP32 down and up; of two different results one ends in a 1 bit. That one lies on the same side
/// of every FP16 value and of every halfway point as the exact sum, so it is rounded to FP16 as that would be.
INLINE lanes_f32 f16_chain_step(lanes_f32 sum, lanes_u32 a, lanes_u32 b) {
  __m512 down = (__m512)sum, up = (__m512)sum;
  __asm__("vfmadd231ps %{rd-sae%}, %2, %1, %0" : "+v"(down) : "v"(a), "v"(b));
  __asm__("vfmadd231ps %{ru-sae%}, %2, %1, %0" : "+v"(up) : "v"(a), "v"(b));
  const __mmask16 is_odd = _mm512_test_epi32_mask((__m512i)down, _mm512_set1_epi32(1));
  const __m512 odd = _mm512_mask_mov_ps(up, is_odd, down);
  return (lanes_f32)_mm512_cvtph_ps(_mm512_cvtps_ph(odd, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC));
}

#define STEP f16_chain_step
#define TILE_HEADER "tile_half.h"
#define ROWS_AT_ONCE 3
#define KR 1
#define MR 6
#define NV 2
#define TYPES CKERNELS_GEMM_F16_CHAIN
#define INTEGERS 0
#define FEATURES AVX512_CORE_FEATURES
#define NAME "gemm:f16_chain:avx512_core:6x32"
#define KERNEL ckernels_gemm_f16_chain_avx512_core
#include "kernel.h"

#pragma clang attribute pop
#endif
