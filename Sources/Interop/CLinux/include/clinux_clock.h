#pragma once
#include <stdint.h>

/// CLOCK_MONOTONIC_RAW in nanoseconds: not slewed by NTP, not advanced during suspend.
int64_t clinux_clock_ns(void);
