// The row-wise kernels on native storage for any CPU: four lanes.
#include "tables.h"

#define LANES 4
#define TABLE ckernels_rows_generic
#define TABLE_ISA CKERNELS_ISA_GENERIC
#include "family.h"
