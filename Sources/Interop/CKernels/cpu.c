#include "ckernels_types.h"

#if defined(__x86_64__)
#include <cpuid.h>

/// The state components that the operating system saves and restores (XGETBV with ECX = 0).
static uint64_t enabled_state(void) {
  uint32_t low, high;
  __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return (uint64_t)high << 32 | low;
}

/// `feature` where bit `bit` of `word` is set, else 0.
static uint32_t feature_if(uint32_t word, int bit, ckernels_feature feature) {
  return word >> bit & 1 ? (uint32_t)feature : 0;
}

// Bit numbers: Intel 64 and IA-32 Architectures Software Developer's Manual, volume 2, CPUID; volume 1, 13.3 (XCR0).
uint32_t ckernels_cpu_features(void) {
  enum {
    SSE_STATE = 1 << 1,
    AVX_STATE = 1 << 2,
    OPMASK_STATE = 1 << 5,
    ZMM_STATE = 1 << 6 | 1 << 7,
    TILE_STATE = 1 << 17 | 1 << 18,
  };
  uint32_t eax, ebx, ecx, edx;
  if (!__get_cpuid(1, &eax, &ebx, &ecx, &edx)) return 0;
  const uint32_t leaf1 = ecx;
  uint32_t features = feature_if(leaf1, 0, CKERNELS_FEATURE_SSE3);
  const uint64_t state = leaf1 >> 27 & 1 ? enabled_state() : 0;
  const uint64_t avx_state = SSE_STATE | AVX_STATE, avx512_state = avx_state | OPMASK_STATE | ZMM_STATE;
  if ((state & avx_state) != avx_state) return features;

  uint32_t leaf7 = 0, leaf7_vnni = 0, leaf7_edx = 0, leaf7_1 = 0, leaf7_1_edx = 0;
  if (__get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx)) {
    leaf7 = ebx;
    leaf7_vnni = ecx;
    leaf7_edx = edx;
    // Leaf 7 gives its highest subleaf in EAX.
    if (eax >= 1 && __get_cpuid_count(7, 1, &eax, &ebx, &ecx, &edx)) {
      leaf7_1 = eax;
      leaf7_1_edx = edx;
    }
  }
  features |= feature_if(leaf1, 28, CKERNELS_FEATURE_AVX) | feature_if(leaf1, 12, CKERNELS_FEATURE_FMA) |
              feature_if(leaf1, 29, CKERNELS_FEATURE_F16C) | feature_if(leaf7, 5, CKERNELS_FEATURE_AVX2) |
              feature_if(leaf7_1, 4, CKERNELS_FEATURE_AVX_VNNI) |
              feature_if(leaf7_1_edx, 4, CKERNELS_FEATURE_AVX_VNNI_INT8);
  if ((state & TILE_STATE) == TILE_STATE) {
    features |= feature_if(leaf7_edx, 24, CKERNELS_FEATURE_AMX_TILE) |
                feature_if(leaf7_edx, 22, CKERNELS_FEATURE_AMX_BF16) |
                feature_if(leaf7_edx, 25, CKERNELS_FEATURE_AMX_INT8);
  }
  if ((state & avx512_state) != avx512_state) return features;
  return features | feature_if(leaf7, 16, CKERNELS_FEATURE_AVX512F) | feature_if(leaf7, 17, CKERNELS_FEATURE_AVX512DQ) |
         feature_if(leaf7, 28, CKERNELS_FEATURE_AVX512CD) | feature_if(leaf7, 30, CKERNELS_FEATURE_AVX512BW) |
         feature_if(leaf7, 31, CKERNELS_FEATURE_AVX512VL) | feature_if(leaf7_vnni, 11, CKERNELS_FEATURE_AVX512_VNNI) |
         feature_if(leaf7_1, 5, CKERNELS_FEATURE_AVX512_BF16) | feature_if(leaf7_edx, 23, CKERNELS_FEATURE_AVX512_FP16);
}
#else
uint32_t ckernels_cpu_features(void) { return 0; }
#endif

ckernels_isa ckernels_isa_for_features(uint32_t features) {
  const uint32_t avx2 = CKERNELS_FEATURE_AVX2 | CKERNELS_FEATURE_FMA | CKERNELS_FEATURE_F16C;
  const uint32_t avx512 = avx2 | CKERNELS_FEATURE_AVX512F | CKERNELS_FEATURE_AVX512BW | CKERNELS_FEATURE_AVX512CD |
                          CKERNELS_FEATURE_AVX512DQ | CKERNELS_FEATURE_AVX512VL;
  if ((features & avx512) == avx512) return CKERNELS_ISA_AVX512;
  if ((features & avx2) == avx2) return CKERNELS_ISA_AVX2;
  return CKERNELS_ISA_GENERIC;
}
