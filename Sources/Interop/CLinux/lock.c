#include "clinux_lock.h"

#include <linux/futex.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "clinux_wait.h"

/// States as in U. Drepper, Futexes Are Tricky (2011), section 6: nobody holds it; somebody; somebody, and others
/// sleep.
enum { FREE, HELD, CONTENDED };

#define SPINS 200

static bool try_take(clinux_lock *lock) {
  uint32_t expected = FREE;
  return __atomic_load_n(&lock->state, __ATOMIC_RELAXED) == FREE &&
         __atomic_compare_exchange_n(&lock->state, &expected, HELD, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED);
}

void clinux_lock_take(clinux_lock *lock) {
  for (int i = 0; i < SPINS; i++) {
    if (try_take(lock)) return;
    clinux_relax();
  }
  while (__atomic_exchange_n(&lock->state, CONTENDED, __ATOMIC_ACQUIRE) != FREE) {
    syscall(SYS_futex, &lock->state, FUTEX_WAIT_PRIVATE, CONTENDED, NULL, NULL, 0);
  }
}

void clinux_lock_give(clinux_lock *lock) {
  if (__atomic_exchange_n(&lock->state, FREE, __ATOMIC_RELEASE) != CONTENDED) return;
  syscall(SYS_futex, &lock->state, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
}
