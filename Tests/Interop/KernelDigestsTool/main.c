// Prints the digest of every kernel that must give the same bits however it is compiled;
// scripts/check-optimisation-levels compiles this file with the kernels' sources. One line a case: name, level, digest.
// New kernels get a function here.
#include <stdio.h>
#include <string.h>

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

/// By ckernels_accumulation: the name, and whether there are matrix kernels.
static const struct {
  const char *name;
  int has_kernels;
} accumulations[CKERNELS_ACCUMULATION_COUNT] = {
  [CKERNELS_ACCUMULATION_FP32_CHAIN] = {"f32_chain", 1},
  [CKERNELS_ACCUMULATION_FP64_CHAIN] = {"f64_chain", 0},
  [CKERNELS_ACCUMULATION_FP32_ODD_EVEN_PAIRS] = {"bf16", 1},
  [CKERNELS_ACCUMULATION_FP32_ODD_EVEN_TILES] = {"bf16_tiles", 1},
  [CKERNELS_ACCUMULATION_FP16_CHAIN] = {"f16_chain", 1},
  [CKERNELS_ACCUMULATION_FP32_BLOCKS] = {"f32_blocks", 1},
  [CKERNELS_ACCUMULATION_S16_SATURATING_PAIRS] = {"u8s8_pairs", 1},
  [CKERNELS_ACCUMULATION_U8S8_WRAPPING] = {"u8s8_wrap", 1},
  [CKERNELS_ACCUMULATION_U8S8_SATURATING] = {"u8s8_sat", 1},
  [CKERNELS_ACCUMULATION_S8S8_WRAPPING] = {"s8s8_wrap", 0},
};

static const char *const operand_names[KERNELDIGESTS_OPERANDS_COUNT] = {
  "ordinary", "ties", "tiny", "huge", "mixed", "any_bits"};

static const char *const result_names[] = {"fp32", "bf16", "u8", "s8"};

/// Digests of a kernel's sums, or of the oracle's where it is NULL, and of a kernel's finished results.
static void print_products(const ckernels_gemm_kernel *kernel, int accumulation, const char *level) {
  static const ptrdiff_t depths[] = {1, 31, 64, KERNELDIGESTS_MOST_DEPTH};
  for (int n = 0; n < KERNELDIGESTS_OPERANDS_COUNT; n++) {
    const kerneldigests_operands operands = (kerneldigests_operands)n;
    for (size_t d = 0; d < sizeof depths / sizeof *depths; d++) {
      printf("product %s %s depth %td level %s: %016llx\n", accumulations[accumulation].name, operand_names[n],
        depths[d], level,
        (unsigned long long)kerneldigests_products(
          kernel, (ckernels_accumulation)accumulation, operands, depths[d], KERNELDIGESTS_SUMS));
    }
    for (int format = 0; kernel && format < (int)(sizeof result_names / sizeof *result_names); format++) {
      printf("finished %s %s %s level %s: %016llx\n", accumulations[accumulation].name, operand_names[n],
        result_names[format], level,
        (unsigned long long)kerneldigests_products(kernel, (ckernels_accumulation)accumulation, operands, 31, format));
    }
  }
}

/// Whether every accumulation that has matrix kernels has one that this CPU runs.
static int print_contracts(void) {
  for (int a = 0; a < CKERNELS_ACCUMULATION_COUNT; a++) {
    printf("steps %s level oracle: %016llx\n", accumulations[a].name,
      (unsigned long long)kerneldigests_steps((ckernels_accumulation)a, 1 << 15));
    print_products(NULL, a, "oracle");
  }
  int runs[CKERNELS_ACCUMULATION_COUNT] = {0};
  const ckernels_gemm_kernel *const *kernels;
  const int count = ckernels_gemm_kernels(&kernels);
  for (int k = 0; k < count; k++) {
    const int accumulation = kerneldigests_accumulation(kernels[k]);
    if (accumulation < 0 || (kernels[k]->features & ~ckernels_cpu_features())) continue;
    // gemm:types:level:tile
    const char *level = strchr(strchr(kernels[k]->name, ':') + 1, ':') + 1;
    char name[32];
    snprintf(name, sizeof name, "%.*s", (int)strcspn(level, ":"), level);
    print_products(kernels[k], accumulation, name);
    runs[accumulation]++;
  }
  for (int a = 0; a < CKERNELS_ACCUMULATION_COUNT; a++) {
    if (accumulations[a].has_kernels && !runs[a]) {
      fprintf(stderr, "No matrix kernel of %s runs on this CPU.\n", accumulations[a].name);
      return 0;
    }
  }
  return 1;
}

int main(void) {
  const ckernels_isa best = ckernels_isa_for_features(ckernels_cpu_features());
  for (int level = KERNELDIGESTS_ORACLE; level <= (int)best; level++) print_conversions(level);
  return print_contracts() ? 0 : 1;
}
