// The operators for AVX-512: sixteen lanes, tails through opmask registers.
#include "operators/tables.h"

#if defined(__x86_64__)
#include <immintrin.h>
#define LANES 16
#define TABLE ckernels_operators_avx512
#define MAP_TABLE ckernels_maps_avx512
#define TABLE_ISA CKERNELS_ISA_AVX512
#pragma clang attribute push( \
  __attribute__((target("avx2,fma,f16c,avx512f,avx512bw,avx512cd,avx512dq,avx512vl"))), apply_to = function)
#include "operators/family.h"
#pragma clang attribute pop
#endif
