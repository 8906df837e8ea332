#pragma once
#include "ckernels_types.h"

// One body, compiled for every instruction-set level: the compiler vectorises plain loops for each of them.

#define INLINE static inline __attribute__((always_inline))
#define UNPACK(...) __VA_ARGS__

/// Defines `void ckernels_NAME(ckernels_isa isa, PARAMETERS)`, which calls the inlined `NAME(ARGUMENTS)` for the level.
#if defined(__x86_64__)
#define FOR_ALL_LEVELS(NAME, PARAMETERS, ARGUMENTS) \
  static void NAME##_generic PARAMETERS { NAME ARGUMENTS; } \
  __attribute__((target("avx2,fma,f16c"))) static void NAME##_avx2 PARAMETERS { NAME ARGUMENTS; } \
  __attribute__((target("avx2,fma,f16c,avx512f,avx512bw,avx512cd,avx512dq,avx512vl"), \
    min_vector_width(512))) static void NAME##_avx512 PARAMETERS { \
    NAME ARGUMENTS; \
  } \
  void ckernels_##NAME(ckernels_isa isa, UNPACK PARAMETERS) { \
    if (isa >= CKERNELS_ISA_AVX512) { \
      NAME##_avx512 ARGUMENTS; \
    } else if (isa >= CKERNELS_ISA_AVX2) { \
      NAME##_avx2 ARGUMENTS; \
    } else { \
      NAME##_generic ARGUMENTS; \
    } \
  }
#else
#define FOR_ALL_LEVELS(NAME, PARAMETERS, ARGUMENTS) \
  void ckernels_##NAME(ckernels_isa isa, UNPACK PARAMETERS) { \
    (void)isa; \
    NAME ARGUMENTS; \
  }
#endif
