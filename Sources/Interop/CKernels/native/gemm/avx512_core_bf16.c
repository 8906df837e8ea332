// Tiles for AVX-512 with BF16.
#include "kernels.h"

#if defined(__x86_64__)
#include <immintrin.h>
#define LANES 16
#define HAS_BF16_CONVERSION
#pragma clang attribute push( \
  __attribute__((target("avx2,fma,f16c,avx512f,avx512bw,avx512cd,avx512dq,avx512vl,avx512bf16"))), \
  apply_to = function)
#include "family.h"

INLINE lanes_f32 bf16_step(lanes_f32 sum, lanes_u32 a, lanes_u32 b) {
  return (lanes_f32)_mm512_dpbf16_ps((__m512)sum, (__m512bh)a, (__m512bh)b);
}

#define STEP bf16_step
#define KR 2
#define MR 6
#define NV 4
#define TYPES CKERNELS_GEMM_BF16
#define INTEGERS 0
#define FEATURES (AVX512_CORE_FEATURES | CKERNELS_FEATURE_AVX512_BF16)
#define NAME "gemm:bf16:avx512_core_bf16:6x64"
#define KERNEL ckernels_gemm_bf16_avx512_core_bf16
#include "kernel.h"

#pragma clang attribute pop
#endif
