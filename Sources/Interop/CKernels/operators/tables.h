#pragma once
#include "ckernels_operators.h"

/// The tables that `ckernels_operators` chooses from, one for each file operators_*.c.
extern const ckernels_operator_table ckernels_operators_generic;
#if defined(__x86_64__)
extern const ckernels_operator_table ckernels_operators_avx2;
extern const ckernels_operator_table ckernels_operators_avx512;
#endif
