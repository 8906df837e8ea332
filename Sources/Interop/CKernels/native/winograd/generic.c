// Winograd's transforms for any CPU: four lanes.
#include "plan.h"

#define LANES 4
#define TRANSFORMS ckernels_winograd_generic
#include "transforms.h"
