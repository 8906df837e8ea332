#include "clinux_wait.h"

#include <errno.h>
#include <linux/futex.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static struct timespec span(int64_t nanoseconds) {
  if (nanoseconds < 0) nanoseconds = 0;
  return (struct timespec){.tv_sec = nanoseconds / 1000000000, .tv_nsec = nanoseconds % 1000000000};
}

uint32_t clinux_gate_enter(clinux_gate *gate) {
  // The number first. Whoever clears `waiting` after it was set here raises the number after that, so the ticket is out
  // of date and the wait ends at once. The other way round, a slow waker could clear the mark of a thread that sleeps
  // on.
  uint32_t ticket = __atomic_load_n(&gate->sequence, __ATOMIC_SEQ_CST);
  __atomic_store_n(&gate->waiting, 1, __ATOMIC_SEQ_CST);
  // Ordered before what the caller looks at next.
  __atomic_thread_fence(__ATOMIC_SEQ_CST);
  return ticket;
}

void clinux_gate_wait(clinux_gate *gate, uint32_t ticket, int64_t nanoseconds) {
  struct timespec timeout = span(nanoseconds);
  syscall(SYS_futex, &gate->sequence, FUTEX_WAIT_PRIVATE, ticket, &timeout, NULL, 0);
}

void clinux_gate_wake(clinux_gate *gate) {
  // Ordered after whatever made the news: either the waiter sees that, or this sees the waiter.
  __atomic_thread_fence(__ATOMIC_SEQ_CST);
  if (!__atomic_load_n(&gate->waiting, __ATOMIC_RELAXED)) return;
  __atomic_store_n(&gate->waiting, 0, __ATOMIC_SEQ_CST);
  __atomic_fetch_add(&gate->sequence, 1, __ATOMIC_SEQ_CST);
  syscall(SYS_futex, &gate->sequence, FUTEX_WAKE_PRIVATE, INT32_MAX, NULL, NULL, 0);
}

void clinux_sleep_ns(int64_t nanoseconds) {
  struct timespec rest = span(nanoseconds);
  while (clock_nanosleep(CLOCK_MONOTONIC, 0, &rest, &rest) == EINTR) {
  }
}

void clinux_exact_timers(void) { prctl(PR_SET_TIMERSLACK, 1); }
