#pragma once
#include <stdint.h>

/// A fixed team of pinned threads that run one function together, again and again.
///
/// The caller is thread 0. Between runs the others spin briefly and then park on a futex. Nothing is allocated after
/// creation.
typedef struct clinux_team clinux_team;

/// What a team runs: called once on every thread with `thread` in 0 ..< `thread_count`.
typedef void (*clinux_team_function)(void *_Nullable context, int thread, int thread_count);

/// Makes a team of `thread_count` threads, the caller included.
///
/// If `cpus` is not NULL it holds `thread_count` CPU numbers and thread i, the caller included, is pinned to cpus[i].
/// Returns 0 or -errno; after an error no thread is left and the caller's mask is as before.
int clinux_team_create(int thread_count, const int *_Nullable cpus, clinux_team *_Nullable *_Nonnull out);

/// Runs `function` on every thread and returns when all have finished. Not reentrant.
void clinux_team_run(clinux_team *_Nonnull team, clinux_team_function _Nonnull function, void *_Nullable context);

/// Inside a run: returns when every thread of the team has called it.
void clinux_team_barrier(clinux_team *_Nonnull team);

/// The number of threads, the caller included.
int clinux_team_thread_count(const clinux_team *_Nonnull team);

/// Ends the threads and frees the team. On the thread that created it, also undoes that thread's pinning.
void clinux_team_destroy(clinux_team *_Nonnull team);
