#pragma once
#include "ckernels_elementwise.h"
#include "ckernels_general_windows.h"
#include "ckernels_movement.h"
#include "ckernels_operators.h"
#include "ckernels_reference.h"
#include "ckernels_seeded.h"
#include "ckernels_types.h"
