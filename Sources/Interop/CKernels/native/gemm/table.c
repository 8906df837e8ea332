#include "kernels.h"

static const ckernels_gemm_kernel *const table[] = {
#if defined(__x86_64__)
  &ckernels_gemm_f32_avx512_core,
  &ckernels_gemm_f32_avx2,
  &ckernels_gemm_bf16_avx512_core_bf16,
  &ckernels_gemm_bf16_avx512_core,
  &ckernels_gemm_bf16_avx2,
  &ckernels_gemm_u8s8_avx512_core_vnni,
  &ckernels_gemm_u8s8_avx2_vnni,
  &ckernels_gemm_u8s7_avx512_core,
  &ckernels_gemm_u8s7_avx2,
  &ckernels_gemm_u8s8_wrapping_avx512_core,
  &ckernels_gemm_u8s8_wrapping_avx2,
  &ckernels_gemm_f32_blocks_avx512_core,
  &ckernels_gemm_f32_blocks_avx2,
  &ckernels_gemm_bf16_tiles_avx512_core,
  &ckernels_gemm_bf16_tiles_avx2,
  &ckernels_gemm_u8s8_pairs_avx512_core,
  &ckernels_gemm_u8s8_pairs_avx2,
  &ckernels_gemm_u8s8_saturating_avx512_core_vnni,
  &ckernels_gemm_u8s8_saturating_avx2_vnni,
  &ckernels_gemm_u8s8_saturating_avx512_core,
  &ckernels_gemm_u8s8_saturating_avx2,
  &ckernels_gemm_f16_chain_avx512_core,
  &ckernels_gemm_f16_chain_avx2,
#endif
  &ckernels_gemm_f32_generic,
  &ckernels_gemm_bf16_generic,
  &ckernels_gemm_u8s8_generic,
  &ckernels_gemm_bf16_tiles_generic,
  &ckernels_gemm_f32_chain_generic,
  &ckernels_gemm_f16_chain_generic,
  &ckernels_gemm_f32_blocks_generic,
  &ckernels_gemm_u8s8_pairs_generic,
  &ckernels_gemm_u8s8_saturating_generic,
};

int ckernels_gemm_kernels(const ckernels_gemm_kernel *const **kernels) {
  *kernels = table;
  return sizeof table / sizeof table[0];
}
