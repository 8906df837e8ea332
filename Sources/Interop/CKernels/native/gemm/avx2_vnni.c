// Tiles for AVX2 with AVX-VNNI.
#include "kernels.h"

#if defined(__x86_64__)
#include <immintrin.h>
#define LANES 8
#pragma clang attribute push(__attribute__((target("avx2,fma,f16c,avxvnni"))), apply_to = function)
#include "family.h"

INLINE lanes_f32 u8s8_step(lanes_f32 sum, lanes_u32 a, lanes_u32 b) {
  return (lanes_f32)_mm256_dpbusd_avx_epi32((__m256i)sum, (__m256i)a, (__m256i)b);
}

#define STEP u8s8_step
#define KR 4
#define MR 6
#define NV 2
#define TYPES CKERNELS_GEMM_U8S8
#define INTEGERS 1
#define FEATURES (AVX2_FEATURES | CKERNELS_FEATURE_AVX_VNNI)
#define NAME "gemm:u8s8:avx2_vnni:6x16"
#define KERNEL ckernels_gemm_u8s8_avx2_vnni
#include "kernel.h"

INLINE lanes_f32 u8s8_saturating_step(lanes_f32 sum, lanes_u32 a, lanes_u32 b) {
  return (lanes_f32)_mm256_dpbusds_avx_epi32((__m256i)sum, (__m256i)a, (__m256i)b);
}

#define STEP u8s8_saturating_step
#define KR 4
#define MR 6
#define NV 2
#define TYPES CKERNELS_GEMM_U8S8_SATURATING
#define INTEGERS 1
#define FEATURES (AVX2_FEATURES | CKERNELS_FEATURE_AVX_VNNI)
#define NAME "gemm:u8s8_sat:avx2_vnni:6x16"
#define KERNEL ckernels_gemm_u8s8_saturating_avx2_vnni
#include "kernel.h"

#pragma clang attribute pop
#endif
