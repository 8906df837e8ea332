// The finishing of one level, and the vectors that tiles are made of. The including file defines LANES.
#include "../../include/ckernels_gemm.h"
#include "../../include/ckernels_operators.h"
#pragma clang diagnostic push
// Each level uses its own part of these.
#pragma clang diagnostic ignored "-Wunused-function"
// clang-format off: the order matters.
#include "../../operators/lanes.h"
#include "../../operators/transcendental.h"
#include "../../operators/formats.h"
#include "../../operators/bounds.h"
#include "../../elementwise/activations.h"
#include "../../operators/activate.h"
#include "../narrow.h"
#include "../elements.h"
#include "../prefetch.h"
#include "../transpose.h"
#include "pack.h"
// clang-format on
#pragma clang diagnostic pop

/// Four bytes of a row in every lane: one FP32, two BF16 or four 8-bit elements.
INLINE lanes_u32 spread(const char *bytes) {
  uint32_t word;
  __builtin_memcpy(&word, bytes, 4);
  return (lanes_u32)word;
}

/// The last elements of a row's depth: 1 to 3 bytes, or 2 where elements have 2; then zeros.
INLINE lanes_u32 spread_part(const int element_bytes, const char *bytes, ptrdiff_t count) {
  uint32_t word = 0;
  if (element_bytes == 2 || count == 2) {
    __builtin_memcpy(&word, bytes, 2);
  } else {
    word = (uint8_t)bytes[0];
    if (count == 3) word |= (uint32_t)(uint8_t)bytes[1] << 8 | (uint32_t)(uint8_t)bytes[2] << 16;
  }
  return (lanes_u32)word;
}

#include "steps.h"

// Finishes with a step of FP32.
#include "finish.h"
