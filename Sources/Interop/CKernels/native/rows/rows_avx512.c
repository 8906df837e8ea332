// The row-wise kernels on native storage for AVX-512: sixteen lanes, tails through opmask registers.
#include "tables.h"

#if defined(__x86_64__)
#include <immintrin.h>
#define LANES 16
#define TABLE ckernels_rows_avx512
#define TABLE_ISA CKERNELS_ISA_AVX512
#pragma clang attribute push( \
  __attribute__((target("avx2,fma,f16c,avx512f,avx512bw,avx512cd,avx512dq,avx512vl"))), apply_to = function)
#include "family.h"
#pragma clang attribute pop
#endif
