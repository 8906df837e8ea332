// Tiles for any CPU: four lanes, the baseline of x86-64 (SSE2) and of AArch64 (NEON).
#include "kernels.h"

#define LANES 4
#include "family.h"

#define STEP f32_step
#define KR 1
#define MR 4
#define NV 2
#define TYPES CKERNELS_GEMM_F32
#define INTEGERS 0
#define FEATURES (0)
#define NAME "gemm:f32:generic:4x8"
#define KERNEL ckernels_gemm_f32_generic
#include "kernel.h"

#define STEP widened_bf16_step
#define KR 2
#define MR 4
#define NV 2
#define TYPES CKERNELS_GEMM_BF16
#define INTEGERS 0
#define FEATURES (0)
#define NAME "gemm:bf16:generic:4x8"
#define KERNEL ckernels_gemm_bf16_generic
#include "kernel.h"

/// Element by element: there is no instruction.
INLINE lanes_f32 u8s8_step(lanes_f32 sum, lanes_u32 a, lanes_u32 b) {
  lanes_s32 total = (lanes_s32)sum;
  total += (lanes_s32)(a & 255u) * ((lanes_s32)(b << 24) >> 24);
  total += (lanes_s32)(a >> 8 & 255u) * ((lanes_s32)(b << 16) >> 24);
  total += (lanes_s32)(a >> 16 & 255u) * ((lanes_s32)(b << 8) >> 24);
  total += (lanes_s32)(a >> 24) * ((lanes_s32)b >> 24);
  return (lanes_f32)total;
}

#define STEP u8s8_step
#define KR 4
#define MR 4
#define NV 2
#define TYPES CKERNELS_GEMM_U8S8
#define INTEGERS 1
#define FEATURES (0)
#define NAME "gemm:u8s8:generic:4x8"
#define KERNEL ckernels_gemm_u8s8_generic
#include "kernel.h"
