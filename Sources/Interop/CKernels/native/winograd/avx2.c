// Winograd's transforms for AVX2 with FMA: eight lanes.
#include "plan.h"

#if defined(__x86_64__)
#include <immintrin.h>
#define LANES 8
#define TRANSFORMS ckernels_winograd_avx2
#pragma clang attribute push(__attribute__((target("avx2,fma,f16c"))), apply_to = function)
#include "transforms.h"
#pragma clang attribute pop
#endif
