#pragma once
#include "../elementwise/maps.h"
#include "ckernels_operators.h"

/// The tables that `ckernels_operators` and the maps choose from, one for each file operators_*.c.
extern const ckernels_operator_table ckernels_operators_generic;
extern const ckernels_map_table ckernels_maps_generic;
#if defined(__x86_64__)
extern const ckernels_operator_table ckernels_operators_avx2;
extern const ckernels_operator_table ckernels_operators_avx512;
extern const ckernels_map_table ckernels_maps_avx2;
extern const ckernels_map_table ckernels_maps_avx512;
#endif
