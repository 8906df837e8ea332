#pragma once
#include <stdint.h>

/// The number of heap allocation calls (malloc, calloc, realloc, memalign family) made by all threads of this process
/// so far, or -1 where the build cannot count them (sanitizers bring their own allocator).
int64_t clinux_allocation_count(void);

/// The same for the calling thread alone: exact whatever other threads do.
int64_t clinux_thread_allocation_count(void);
