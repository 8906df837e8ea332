#pragma once
#include "../../include/ckernels_gemm.h"

/// What the files of AVX2 and AVX-512 ask of the CPU before their own additions.
#define AVX2_FEATURES (CKERNELS_FEATURE_AVX2 | CKERNELS_FEATURE_FMA | CKERNELS_FEATURE_F16C)
#define AVX512_CORE_FEATURES \
  (AVX2_FEATURES | CKERNELS_FEATURE_AVX512F | CKERNELS_FEATURE_AVX512BW | CKERNELS_FEATURE_AVX512CD | \
    CKERNELS_FEATURE_AVX512DQ | CKERNELS_FEATURE_AVX512VL)

/// The rows of the kernel table, one for each kernel of the files here.
extern const ckernels_gemm_kernel ckernels_gemm_f32_generic;
extern const ckernels_gemm_kernel ckernels_gemm_bf16_generic;
extern const ckernels_gemm_kernel ckernels_gemm_u8s8_generic;
#if defined(__x86_64__)
extern const ckernels_gemm_kernel ckernels_gemm_f32_avx512_core;
extern const ckernels_gemm_kernel ckernels_gemm_f32_avx2;
extern const ckernels_gemm_kernel ckernels_gemm_bf16_avx512_core_bf16;
extern const ckernels_gemm_kernel ckernels_gemm_bf16_avx512_core;
extern const ckernels_gemm_kernel ckernels_gemm_bf16_avx2;
extern const ckernels_gemm_kernel ckernels_gemm_u8s8_avx512_core_vnni;
extern const ckernels_gemm_kernel ckernels_gemm_u8s8_avx2_vnni;
extern const ckernels_gemm_kernel ckernels_gemm_u8s7_avx512_core;
extern const ckernels_gemm_kernel ckernels_gemm_u8s7_avx2;
#endif
