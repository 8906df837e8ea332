#pragma once
#include "ckernels_operators.h"
#include "ckernels_reference.h"
#include "ckernels_seeded.h"
#include "ckernels_types.h"
