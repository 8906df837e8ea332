// Fused attention for AVX-512 with BF16: sixteen lanes, and an instruction that rounds to BF16.
#include "plan.h"

#if defined(__x86_64__)
#include <immintrin.h>
#define LANES 16
#define HAS_BF16_CONVERSION
#define FUNCTION ckernels_attention_avx512_bf16
#pragma clang attribute push( \
  __attribute__((target("avx2,fma,f16c,avx512f,avx512bw,avx512cd,avx512dq,avx512vl,avx512bf16"))), \
  apply_to = function)
#include "family.h"
#pragma clang attribute pop
#endif
