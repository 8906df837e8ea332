#pragma once
#include "clinux_affinity.h"
#include "clinux_allocations.h"
#include "clinux_clock.h"
#include "clinux_file.h"
#include "clinux_memory.h"
#include "clinux_process.h"
#include "clinux_team.h"
