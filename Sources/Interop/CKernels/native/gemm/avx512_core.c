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

#pragma clang attribute pop
#endif
