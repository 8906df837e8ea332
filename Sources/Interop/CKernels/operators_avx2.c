// The operators for AVX2 with FMA: eight lanes.
#include "operators/tables.h"

#if defined(__x86_64__)
#include <immintrin.h>
#define LANES 8
#define TABLE ckernels_operators_avx2
#define MAP_TABLE ckernels_maps_avx2
#define TABLE_ISA CKERNELS_ISA_AVX2
#pragma clang attribute push(__attribute__((target("avx2,fma,f16c"))), apply_to = function)
#include "operators/family.h"
#pragma clang attribute pop
#endif
