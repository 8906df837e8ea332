#include "ckernels_operators.h"
#include "operators/tables.h"

const ckernels_operator_table *ckernels_operators(ckernels_isa isa) {
#if defined(__x86_64__)
  if (isa >= CKERNELS_ISA_AVX512) return &ckernels_operators_avx512;
  if (isa >= CKERNELS_ISA_AVX2) return &ckernels_operators_avx2;
#else
  (void)isa;
#endif
  return &ckernels_operators_generic;
}
