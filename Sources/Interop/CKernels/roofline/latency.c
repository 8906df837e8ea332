#include "ckernels_roofline.h"

/// SplitMix64 (Steele, Lea, Flood 2014).
static uint64_t next_random(uint64_t *state) {
  uint64_t z = *state += 0x9E3779B97F4A7C15;
  z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9;
  z = (z ^ z >> 27) * 0x94D049BB133111EB;
  return z ^ z >> 31;
}

static void **node(void *memory, ptrdiff_t index) { return (void **)((char *)memory + index * CKERNELS_CHASE_STRIDE); }

void ckernels_chase_link(void *memory, ptrdiff_t nodes, uint64_t seed) {
  for (ptrdiff_t i = 0; i < nodes; i++) *node(memory, i) = node(memory, i);
  // Exchanging with a strictly earlier place only leaves one cycle through all.
  for (ptrdiff_t i = nodes - 1; i > 0; i--) {
    const ptrdiff_t j = (ptrdiff_t)(next_random(&seed) % (uint64_t)i);
    void *const other = *node(memory, i);
    *node(memory, i) = *node(memory, j);
    *node(memory, j) = other;
  }
}

void *ckernels_chase(void *start, int64_t steps) {
  void *place = start;
  for (; steps >= 8; steps -= 8) {
    place = ********(void *********)place;
  }
  for (; steps > 0; steps--) place = *(void **)place;
  return place;
}

uint64_t ckernels_dependent_adds(int64_t steps, uint64_t addend) {
  uint64_t sum = 0;
  // A register as addend: some CPUs fold additions of constants when they rename registers.
#define ADD \
  sum += addend; \
  __asm__ volatile("" : "+r"(sum), "+r"(addend));
  for (; steps >= 16; steps -= 16) {
    ADD ADD ADD ADD ADD ADD ADD ADD ADD ADD ADD ADD ADD ADD ADD ADD
  }
  for (; steps > 0; steps--) {
    ADD
  }
#undef ADD
  return sum;
}
