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
#endif
  &ckernels_gemm_f32_generic,
  &ckernels_gemm_bf16_generic,
  &ckernels_gemm_u8s8_generic,
};

int ckernels_gemm_kernels(const ckernels_gemm_kernel *const **kernels) {
  *kernels = table;
  return sizeof table / sizeof table[0];
}
