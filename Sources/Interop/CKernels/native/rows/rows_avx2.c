// The row-wise kernels on native storage for AVX2 with FMA: eight lanes.
#include "tables.h"

#if defined(__x86_64__)
#include <immintrin.h>
#define LANES 8
#define TABLE ckernels_rows_avx2
#define TABLE_ISA CKERNELS_ISA_AVX2
#pragma clang attribute push(__attribute__((target("avx2,fma,f16c"))), apply_to = function)
#include "family.h"
#pragma clang attribute pop
#endif
