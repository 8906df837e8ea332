// Fused attention for any CPU: four lanes.
#include "plan.h"

#define LANES 4
#define FUNCTION ckernels_attention_generic
#include "family.h"
