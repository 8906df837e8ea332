// Prints the digest of every kernel that must give the same bits however it is compiled; scripts/check-optimisation-levels
// compiles this file with the kernels' sources. One line a case: name, level, digest. New kernels get a function here.
#include <stdio.h>

#include "KernelDigests.h"

typedef struct named_number {
  const char *name;
  ckernels_number number;
} named_number;

static const named_number numbers[] = {
  {"fp32", {32, 8, 127, CKERNELS_SPECIALS_IEEE, 0, 0, 0}},
  {"tf32", {19, 8, 127, CKERNELS_SPECIALS_IEEE, 0, 0, 0}},
  {"bf16", {16, 8, 127, CKERNELS_SPECIALS_IEEE, 0, 0, 0}},
  {"fp16", {16, 5, 15, CKERNELS_SPECIALS_IEEE, 0, 0, 0}},
  {"e4m3", {8, 4, 7, CKERNELS_SPECIALS_ONE_NAN, 0, 0, 0}},
  {"e5m2", {8, 5, 15, CKERNELS_SPECIALS_IEEE, 0, 0, 0}},
  {"e3m2", {6, 3, 3, CKERNELS_SPECIALS_NONE, 0, 0, 0}},
  {"e2m3", {6, 2, 1, CKERNELS_SPECIALS_NONE, 0, 0, 0}},
  {"e2m1", {4, 2, 1, CKERNELS_SPECIALS_NONE, 0, 0, 0}},
  {"s8", {8, 0, 0, CKERNELS_SPECIALS_NONE, -127, 127, 0}},
  {"u8", {8, 0, 0, CKERNELS_SPECIALS_NONE, 0, 255, 0}},
  {"s4", {4, 0, 0, CKERNELS_SPECIALS_NONE, -7, 7, 0}},
  {"mxint8", {8, 0, 0, CKERNELS_SPECIALS_NONE, -127, 127, 6}},
};

/// Exhaustive upper bits: sign, exponent and three of the fraction.
enum { EXHAUSTIVE_BITS = 12 };

static void print_conversions(int level) {
  for (size_t n = 0; n < sizeof numbers / sizeof *numbers; n++) {
    // Bit 0: toward infinity or saturating; bit 1: subnormals; above: rounding.
    for (int choice = 0; choice < 16; choice++) {
      ckernels_conversion c = {.element = numbers[n].number,
        .rounding = (ckernels_rounding)(choice >> 2),
        .flushes_subnormals = choice >> 1 & 1,
        .saturates = choice & 1,
        .seed = 5,
        .scale = choice % 3 ? 1 : 0.37f};
      if (c.element.least == 0 && c.element.exponent_bits == 0) c.zero_point = 77;
      printf("encode %s %d level %d: %016llx\n", numbers[n].name, choice, level,
        (unsigned long long)kerneldigests_encode(level, &c, EXHAUSTIVE_BITS));
      printf("quantise %s %d level %d: %016llx\n", numbers[n].name, choice, level,
        (unsigned long long)kerneldigests_quantise(level, &c, EXHAUSTIVE_BITS));
      if (choice < 2 && c.element.bits <= 16) {
        printf("decode %s %d level %d: %016llx\n", numbers[n].name, choice, level,
          (unsigned long long)kerneldigests_decode(level, &c));
      }
      if (c.element.bits > 8 || choice % 2 == 0) continue;
      for (int kind = 0; kind < 2; kind++) {
        printf("blocks %s %d kind %d level %d: %016llx\n", numbers[n].name, choice, kind, level,
          (unsigned long long)kerneldigests_blocks(level, &c, (ckernels_block_scale)kind));
      }
    }
  }
}

int main(void) {
  const ckernels_isa best = ckernels_isa_for_features(ckernels_cpu_features());
  for (int level = KERNELDIGESTS_ORACLE; level <= (int)best; level++) print_conversions(level);
  return 0;
}
