// Winograd's transforms for AVX-512: sixteen lanes.
#include "plan.h"

#if defined(__x86_64__)
#include <immintrin.h>
#define LANES 16
#define TRANSFORMS ckernels_winograd_avx512_core
#pragma clang attribute push( \
  __attribute__((target("avx2,fma,f16c,avx512f,avx512bw,avx512cd,avx512dq,avx512vl"))), apply_to = function)
#include "transforms.h"
#pragma clang attribute pop
#endif
