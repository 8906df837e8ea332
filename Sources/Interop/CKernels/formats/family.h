// The conversions of one instruction-set level. The including file defines LANES and TABLE.
// clang-format off: the order matters.
#include "../operators/lanes.h"
#include "../native/narrow.h"
#include "lanes.h"
#include "streaming.h"
#include "arrays.h"
#include "blocks.h"
// clang-format on

const conversion_table TABLE = {
  .encode = encode,
  .decode = decode,
  .quantise = quantise,
  .quantise_blocks = quantise_blocks,
  .count_not_finite = count_not_finite,
};
