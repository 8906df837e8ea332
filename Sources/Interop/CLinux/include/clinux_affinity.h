#pragma once
#include <stdint.h>

/// Writes the CPUs that the calling thread may run on to `cpus`, ascending.
///
/// Returns their number, which may exceed `capacity` (then only the first `capacity` are written), or -errno.
int clinux_get_affinity(int *_Nonnull cpus, int capacity);

/// Restricts the calling thread to the given CPUs. Returns 0 or -errno.
int clinux_set_affinity(const int *_Nonnull cpus, int count);

/// The same for a thread of any process of the same user, by its number in the system; 0 is the calling thread.
int clinux_set_thread_affinity(int thread_id, const int *_Nonnull cpus, int count);

/// The calling thread's number in the system, as /proc/self/task lists it.
int clinux_thread_id(void);

/// The CPU that the calling thread runs on at this moment.
int clinux_current_cpu(void);
