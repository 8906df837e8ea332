// Tiles for AVX-512 with VNNI.
#include "kernels.h"

#if defined(__x86_64__)
#include <immintrin.h>
#define LANES 16
#pragma clang attribute push( \
  __attribute__((target("avx2,fma,f16c,avx512f,avx512bw,avx512cd,avx512dq,avx512vl,avx512vnni"))), \
  apply_to = function)
#include "family.h"

INLINE lanes_f32 u8s8_step(lanes_f32 sum, lanes_u32 a, lanes_u32 b) {
  return (lanes_f32)_mm512_dpbusd_epi32((__m512i)sum, (__m512i)a, (__m512i)b);
}

#define STEP u8s8_step
#define KR 4
#define MR 6
#define NV 4
#define TYPES CKERNELS_GEMM_U8S8
#define INTEGERS 1
#define FEATURES (AVX512_CORE_FEATURES | CKERNELS_FEATURE_AVX512_VNNI)
#define NAME "gemm:u8s8:avx512_core_vnni:6x64"
#define KERNEL ckernels_gemm_u8s8_avx512_core_vnni
#include "kernel.h"

INLINE lanes_f32 u8s8_saturating_step(lanes_f32 sum, lanes_u32 a, lanes_u32 b) {
  return (lanes_f32)_mm512_dpbusds_epi32((__m512i)sum, (__m512i)a, (__m512i)b);
}

#define STEP u8s8_saturating_step
#define KR 4
#define MR 6
#define NV 4
#define TYPES CKERNELS_GEMM_U8S8_SATURATING
#define INTEGERS 1
#define FEATURES (AVX512_CORE_FEATURES | CKERNELS_FEATURE_AVX512_VNNI)
#define NAME "gemm:u8s8_sat:avx512_core_vnni:6x64"
#define KERNEL ckernels_gemm_u8s8_saturating_avx512_core_vnni
#include "kernel.h"

#pragma clang attribute pop
#endif
