// The conversions for any CPU: four lanes.
#include "table.h"

#define LANES 4
#define TABLE ckernels_conversions_generic
#include "family.h"
