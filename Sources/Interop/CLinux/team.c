#define _GNU_SOURCE
#include "clinux_team.h"

#include <errno.h>
#include <limits.h>
#include <linux/futex.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "clinux_affinity.h"
#include "clinux_clock.h"

/// Two cache lines: adjacent-line prefetchers pull lines in pairs.
#define SEPARATION 128

/// How long a waiting thread spins before it parks. Waking a parked thread costs 5 to 50 microseconds, more in virtual
/// machines; between two operators of a network the gap is usually shorter than this.
#define SPIN_NS 200000

/// The clock is read once per so many pauses.
#define PAUSES_PER_CLOCK_READ 64

static inline void pause_cpu(void) {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

/// A number that threads wait on: `event_wait` returns once it differs from what the thread saw, `event_signal` adds 1.
typedef struct {
  _Alignas(SEPARATION) atomic_uint value;
  /// Threads that are parked or about to park. The signaller skips the system call where it is 0.
  atomic_uint parked;
} event;

static unsigned event_value(event *e) { return atomic_load_explicit(&e->value, memory_order_relaxed); }

static void event_signal(event *e) {
  // Sequentially consistent on both sides: either the signaller sees the waiter in `parked`, or the waiter sees the new
  // value before it parks. With acquire and release alone both could miss.
  atomic_fetch_add_explicit(&e->value, 1, memory_order_seq_cst);
  if (atomic_load_explicit(&e->parked, memory_order_seq_cst) != 0) {
    syscall(SYS_futex, &e->value, FUTEX_WAKE_PRIVATE, INT_MAX, NULL, NULL, 0);
  }
}

static void event_wait(event *e, unsigned seen, bool spins) {
  if (spins) {
    int64_t start = clinux_clock_ns();
    do {
      for (int i = 0; i < PAUSES_PER_CLOCK_READ; i++) {
        if (atomic_load_explicit(&e->value, memory_order_acquire) != seen) return;
        pause_cpu();
      }
    } while (clinux_clock_ns() - start < SPIN_NS);
  }
  atomic_fetch_add_explicit(&e->parked, 1, memory_order_seq_cst);
  while (atomic_load_explicit(&e->value, memory_order_seq_cst) == seen) {
    syscall(SYS_futex, &e->value, FUTEX_WAIT_PRIVATE, seen, NULL, NULL, 0);
  }
  atomic_fetch_sub_explicit(&e->parked, 1, memory_order_relaxed);
}

typedef struct {
  clinux_team *team;
  pthread_t handle;
  int index;
} worker;

struct clinux_team {
  /// Signalled when there is something to run (or to end).
  event work;
  /// Signalled by the last thread that finishes a run.
  event finished;
  /// Signalled by the last thread that arrives at the barrier.
  event released;
  _Alignas(SEPARATION) atomic_int unfinished;
  _Alignas(SEPARATION) atomic_int arrived;

  // Written by the caller only before it signals `work`; read by the others after they saw it.
  _Alignas(SEPARATION) clinux_team_function function;
  void *context;
  bool ends;

  // Constant after creation.
  int thread_count;
  /// Whether waiting threads spin: pointless where threads share CPUs, because the spinner keeps the other from
  /// running.
  bool spins;
  worker *workers;
  /// The caller's mask before it was pinned, for `destroy`; NULL where it was not.
  int *caller_cpus;
  int caller_cpu_count;
  pid_t caller;
};

static void *worker_main(void *argument) {
  worker *self = argument;
  clinux_team *team = self->team;
  // Not read from the event: the first run may have been signalled before this thread gets here.
  unsigned seen = 0;
  for (;;) {
    event_wait(&team->work, seen, team->spins);
    seen++;
    if (team->ends) return NULL;
    team->function(team->context, self->index, team->thread_count);
    if (atomic_fetch_sub_explicit(&team->unfinished, 1, memory_order_acq_rel) == 1) event_signal(&team->finished);
  }
}

/// Ends and joins the first `count` workers.
static void end_workers(clinux_team *team, int count) {
  team->ends = true;
  event_signal(&team->work);
  for (int i = 0; i < count; i++) pthread_join(team->workers[i].handle, NULL);
}

static void free_team(clinux_team *team) {
  free(team->caller_cpus);
  free(team->workers);
  free(team);
}

/// Whether every thread can have a CPU of its own.
static bool has_cpu_per_thread(int thread_count, const int *cpus) {
  if (cpus == NULL) {
    int ignored;
    return thread_count <= clinux_get_affinity(&ignored, 0);
  }
  for (int i = 0; i < thread_count; i++) {
    for (int j = 0; j < i; j++) {
      if (cpus[i] == cpus[j]) return false;
    }
  }
  return true;
}

/// Remembers the caller's mask. Returns 0 or -errno.
static int save_caller_affinity(clinux_team *team) {
  int ignored;
  int count = clinux_get_affinity(&ignored, 0);
  if (count < 0) return count;
  team->caller_cpus = malloc((size_t)count * sizeof(int) + 1);
  if (team->caller_cpus == NULL) return -ENOMEM;
  int again = clinux_get_affinity(team->caller_cpus, count);
  if (again < 0) return again;
  team->caller_cpu_count = again < count ? again : count;
  return 0;
}

static int start_worker(clinux_team *team, int index, const int *cpus) {
  worker *w = &team->workers[index - 1];
  w->team = team;
  w->index = index;
  // A thread inherits its creator's mask, so the caller takes each thread's CPU in turn while it creates that thread:
  // the stack is then first touched on the right node, and a refusal shows before the thread exists.
  if (cpus != NULL) {
    int pinned = clinux_set_affinity(&cpus[index], 1);
    if (pinned != 0) return pinned;
  }
  return -pthread_create(&w->handle, NULL, worker_main, w);
}

int clinux_team_create(int thread_count, const int *cpus, clinux_team **out) {
  if (thread_count < 1) return -EINVAL;
  clinux_team *team = aligned_alloc(SEPARATION, sizeof(clinux_team));
  if (team == NULL) return -ENOMEM;
  memset(team, 0, sizeof *team);
  team->thread_count = thread_count;
  team->spins = has_cpu_per_thread(thread_count, cpus);
  team->caller = gettid();
  team->workers = calloc((size_t)thread_count, sizeof(worker));
  int error = team->workers == NULL ? -ENOMEM : 0;
  if (error == 0 && cpus != NULL) error = save_caller_affinity(team);
  if (error != 0) {
    free_team(team);
    return error;
  }

  // Signals are the main thread's business; one handled on a worker would disturb a measurement.
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  int started = 0;
  while (error == 0 && started < thread_count - 1) {
    error = start_worker(team, started + 1, cpus);
    if (error == 0) started++;
  }
  if (error == 0 && cpus != NULL) error = clinux_set_affinity(&cpus[0], 1);
  pthread_sigmask(SIG_SETMASK, &before, NULL);

  if (error != 0) {
    end_workers(team, started);
    if (team->caller_cpus != NULL) clinux_set_affinity(team->caller_cpus, team->caller_cpu_count);
    free_team(team);
    return error;
  }
  *out = team;
  return 0;
}

void clinux_team_run(clinux_team *team, clinux_team_function function, void *context) {
  if (team->thread_count == 1) {
    function(context, 0, 1);
    return;
  }
  team->function = function;
  team->context = context;
  atomic_store_explicit(&team->unfinished, team->thread_count, memory_order_relaxed);
  unsigned seen = event_value(&team->finished);
  event_signal(&team->work);
  function(context, 0, team->thread_count);
  // Whoever is last signals, also the caller itself: then the wait below returns at once.
  if (atomic_fetch_sub_explicit(&team->unfinished, 1, memory_order_acq_rel) == 1) event_signal(&team->finished);
  event_wait(&team->finished, seen, team->spins);
}

void clinux_team_barrier(clinux_team *team) {
  if (team->thread_count == 1) return;
  // Cannot change before this thread has arrived.
  unsigned seen = event_value(&team->released);
  if (atomic_fetch_add_explicit(&team->arrived, 1, memory_order_acq_rel) == team->thread_count - 1) {
    // Nobody arrives again before the release below, so a plain reset is enough.
    atomic_store_explicit(&team->arrived, 0, memory_order_relaxed);
    event_signal(&team->released);
  } else {
    event_wait(&team->released, seen, team->spins);
  }
}

int clinux_team_thread_count(const clinux_team *team) { return team->thread_count; }

void clinux_team_destroy(clinux_team *team) {
  end_workers(team, team->thread_count - 1);
  // Only the thread that was pinned can be unpinned; a deinit may run elsewhere.
  if (team->caller_cpus != NULL && team->caller == gettid()) {
    clinux_set_affinity(team->caller_cpus, team->caller_cpu_count);
  }
  free_team(team);
}
