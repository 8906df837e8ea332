#pragma once

#include <stdint.h>

/// A lock for sections of some tens of nanoseconds: spins briefly, then sleeps. Zero is unlocked. Allocates nothing.
typedef struct {
  uint32_t state;
} clinux_lock;

/// Takes the lock. Not reentrant.
void clinux_lock_take(clinux_lock *_Nonnull lock);

/// Gives it back, on the thread that took it.
void clinux_lock_give(clinux_lock *_Nonnull lock);
