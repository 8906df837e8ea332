// The operators for any CPU: four lanes, which is the baseline of x86-64 (SSE2) and of AArch64 (NEON).
#include "operators/tables.h"

#define LANES 4
#define TABLE ckernels_operators_generic
#define MAP_TABLE ckernels_maps_generic
#define TABLE_ISA CKERNELS_ISA_GENERIC
#include "operators/family.h"
