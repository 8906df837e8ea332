#pragma once

#include <stdint.h>

/// A place where threads wait until others say that there is news.
typedef struct {
  uint32_t sequence;
  uint32_t waiting;
} clinux_gate;

/// Announces that the calling thread is going to wait. It then looks whether there is anything to wait for, and if so
/// calls `clinux_gate_wait` with what this returned: news in between end the wait at once.
uint32_t clinux_gate_enter(clinux_gate *_Nonnull gate);

/// Sleeps until there are news since `ticket`, or for `nanoseconds` at most. May return early.
void clinux_gate_wait(clinux_gate *_Nonnull gate, uint32_t ticket, int64_t nanoseconds);

/// Tells whoever waits that there are news. Without a system call where nobody does.
void clinux_gate_wake(clinux_gate *_Nonnull gate);

/// Sleeps for `nanoseconds`, as exactly as the system's timers can.
void clinux_sleep_ns(int64_t nanoseconds);

/// Asks for timers of the calling thread that are not late on purpose (the usual slack is 50 us).
void clinux_exact_timers(void);

/// Says that the thread spins.
static inline void clinux_relax(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}
