#include <string.h>

#include "nest.h"

#pragma STDC FP_CONTRACT OFF

#define ELEMENT float
#define FUNCTION ckernels_resample_f32
#include "resample.h"
#define ELEMENT double
#define FUNCTION ckernels_resample_f64
#include "resample.h"
