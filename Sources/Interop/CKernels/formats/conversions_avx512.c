// The conversions for AVX-512: sixteen lanes, tails through opmask registers.
#include "table.h"

#if defined(__x86_64__)
#include <immintrin.h>
#define LANES 16
#define TABLE ckernels_conversions_avx512
#pragma clang attribute push( \
  __attribute__((target("avx2,fma,f16c,avx512f,avx512bw,avx512cd,avx512dq,avx512vl"))), apply_to = function)
#include "family.h"
#pragma clang attribute pop
#endif
