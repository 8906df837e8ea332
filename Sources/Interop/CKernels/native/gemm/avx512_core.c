// Tiles for AVX-512: sixteen lanes.
#include "kernels.h"

#if defined(__x86_64__)
#include <immintrin.h>
#define LANES 16
#pragma clang attribute push( \
  __attribute__((target("avx2,fma,f16c,avx512f,avx512bw,avx512cd,avx512dq,avx512vl"))), apply_to = function)
#include "family.h"

INLINE lanes_f32 f32_step(lanes_f32 sum, lanes_u32 a, lanes_u32 b) {
  return multiply_add(from_bits(a), from_bits(b), sum);
}

#define STEP f32_step
#define KR 1
#define MR 6
#define NV 4
#define TYPES CKERNELS_GEMM_F32
#define INTEGERS 0
#define FEATURES \
  (CKERNELS_FEATURE_AVX2 | CKERNELS_FEATURE_FMA | CKERNELS_FEATURE_F16C | CKERNELS_FEATURE_AVX512F | \
    CKERNELS_FEATURE_AVX512BW | CKERNELS_FEATURE_AVX512CD | CKERNELS_FEATURE_AVX512DQ | CKERNELS_FEATURE_AVX512VL)
#define NAME "gemm:f32:avx512_core:6x64"
#define KERNEL ckernels_gemm_f32_avx512_core
#include "kernel.h"

/// The odd elements of the pairs first, then the even ones.
INLINE lanes_f32 bf16_step(lanes_f32 sum, lanes_u32 a, lanes_u32 b) {
  sum = multiply_add(from_bits(a & 0xffff0000u), from_bits(b & 0xffff0000u), sum);
  return multiply_add(from_bits(a << 16), from_bits(b << 16), sum);
}

#define STEP bf16_step
#define KR 2
#define MR 4
#define NV 4
#define TYPES CKERNELS_GEMM_BF16
#define INTEGERS 0
#define FEATURES \
  (CKERNELS_FEATURE_AVX2 | CKERNELS_FEATURE_FMA | CKERNELS_FEATURE_F16C | CKERNELS_FEATURE_AVX512F | \
    CKERNELS_FEATURE_AVX512BW | CKERNELS_FEATURE_AVX512CD | CKERNELS_FEATURE_AVX512DQ | CKERNELS_FEATURE_AVX512VL)
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
#define FEATURES \
  (CKERNELS_FEATURE_AVX2 | CKERNELS_FEATURE_FMA | CKERNELS_FEATURE_F16C | CKERNELS_FEATURE_AVX512F | \
    CKERNELS_FEATURE_AVX512BW | CKERNELS_FEATURE_AVX512CD | CKERNELS_FEATURE_AVX512DQ | CKERNELS_FEATURE_AVX512VL)
#define NAME "gemm:u8s7:avx512_core:6x64"
#define KERNEL ckernels_gemm_u8s7_avx512_core
#include "kernel.h"

#pragma clang attribute pop
#endif
