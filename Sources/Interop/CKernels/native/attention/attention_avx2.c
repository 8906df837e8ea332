// Fused attention for AVX2 with FMA: eight lanes.
#include "plan.h"

#if defined(__x86_64__)
#include <immintrin.h>
#define LANES 8
#define FUNCTION ckernels_attention_avx2
#pragma clang attribute push(__attribute__((target("avx2,fma,f16c"))), apply_to = function)
#include "family.h"
#pragma clang attribute pop
#endif
