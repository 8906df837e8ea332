// The conversions for AVX2 with FMA and F16C: eight lanes.
#include "table.h"

#if defined(__x86_64__)
#include <immintrin.h>
#define LANES 8
#define TABLE ckernels_conversions_avx2
#pragma clang attribute push(__attribute__((target("avx2,fma,f16c"))), apply_to = function)
#include "family.h"
#pragma clang attribute pop
#endif
