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

#pragma clang attribute pop
#endif
