#pragma once
#include <stdint.h>

/// Opens a counter of a performance monitoring unit on one CPU, for all processes. It counts from 0 at once.
///
/// `type` and `config` are those of perf_event_open(2). Returns a file descriptor that programs started later do not
/// get, or -errno: -EACCES or -EPERM where the system does not let this process watch others.
int clinux_perf_open(uint32_t type, uint64_t config, int cpu);

/// Reads such a counter. Returns 0 or -errno: -ENODATA where the system has given the counter up.
int clinux_perf_read(int counter, uint64_t *_Nonnull value);
