#pragma once

#include <stdint.h>

/// What a thread runs.
typedef void (*clinux_thread_function)(void *_Nullable context);

/// A thread that was started and neither joined nor abandoned.
typedef uint64_t clinux_thread;

/// Starts a thread that takes no signals: those belong to the threads that others made.
///
/// It may run on the CPUs that the caller may run on. Returns 0 or -errno.
int clinux_thread_start(
  clinux_thread_function _Nonnull function, void *_Nullable context, clinux_thread *_Nonnull thread);

/// Returns when the thread has ended.
void clinux_thread_join(clinux_thread thread);

/// Leaves the thread to itself: it ends when it does, at the latest with the process.
void clinux_thread_abandon(clinux_thread thread);
