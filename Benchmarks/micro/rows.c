// Nanoseconds an element of the row-wise kernels on native storage, for every instruction-set level of this CPU.
//
//   cd Benchmarks/micro && clang -O3 -std=gnu11 -fno-math-errno -ffp-contract=off
//   -I../../Sources/Interop/CKernels/include \
//     rows.c ../../Sources/Interop/CKernels/native/rows/*.c ../../Sources/Interop/CKernels/cpu.c -o rows && ./rows
//
// Each number is the least of 100 repetitions; one thread, the networks' real shapes.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "CKernels.h"

enum { ROWS = 64, COLUMNS = 768, KEYS = 384 };

static const ckernels_format fp32 = {CKERNELS_FORMAT_FP32, 1, 0}, bf16 = {CKERNELS_FORMAT_BF16, 1, 0};
static const ckernels_format u8 = {CKERNELS_FORMAT_U8, 0.02f, 128};
static const ckernels_row_table *table;
/// FP32 values, the same in BF16, and bytes.
static float *floats, *gamma_values, *beta_values;
static uint16_t *halves;
static uint8_t *bytes;
static char *dst, *second;

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

static const void *source(ckernels_format format) {
  if (format.kind == CKERNELS_FORMAT_FP32) return floats;
  if (format.kind == CKERNELS_FORMAT_BF16) return halves;
  return bytes;
}

static double norm(ckernels_format format, void *also) {
  const ckernels_layer_norm what = {format, format, format, u8, gamma_values, beta_values, 1e-12f, COLUMNS};
  table->layer_norm(&what, source(format), source(format), dst, also, ROWS);
  return ROWS * COLUMNS;
}
static double norm_fp32(void) { return norm(fp32, NULL); }
static double norm_fp32_u8(void) { return norm(fp32, second); }
static double norm_bf16(void) { return norm(bf16, NULL); }

static double softmax(void) {
  static float scratch[KEYS];
  table->masked_softmax(fp32, u8, floats, NULL, dst, ROWS, KEYS, scratch);
  return ROWS * KEYS;
}

static double reordered(ckernels_format from, ckernels_format to, ptrdiff_t channels, ptrdiff_t positions) {
  const ckernels_reorder what = {from, to, 0, 0, 0, channels > 1, 1, channels, positions};
  table->reorder(&what, source(from), dst, 0, ckernels_reorder_parts(&what));
  return (double)(channels * positions);
}
static double to_u8(void) { return reordered(fp32, u8, 1, ROWS * COLUMNS); }
static double to_bf16(void) { return reordered(fp32, bf16, 1, ROWS * COLUMNS); }
static double image_to_u8(void) { return reordered(fp32, u8, 3, 224 * 224); }
static double image_to_bf16(void) { return reordered(fp32, bf16, 3, 224 * 224); }
static double image_to_fp32(void) { return reordered(fp32, fp32, 3, 224 * 224); }
static double channels_last(void) { return reordered(fp32, fp32, 64, 56 * 56); }

static double pool(ckernels_format format) {
  const ckernels_convolution g = {64, 112, 112, 3, 3, 2, 2, 1, 1, 1, 1, 56, 56};
  table->max_pool(&g, format, source(format), dst, 0, 56);
  return 64.0 * 56 * 56;
}
static double pool_fp32(void) { return pool(fp32); }
static double pool_bf16(void) { return pool(bf16); }
static double pool_u8(void) { return pool(u8); }

static double average(void) {
  table->global_average(u8, fp32, bytes, 49, 2048, dst, 0, 2048);
  return 49 * 2048;
}

int main(void) {
  enum { COUNT = 64 * 112 * 112 };
  floats = aligned_alloc(64, COUNT * 4);
  halves = aligned_alloc(64, COUNT * 2);
  bytes = aligned_alloc(64, COUNT);
  dst = aligned_alloc(64, COUNT * 4);
  second = aligned_alloc(64, COUNT);
  gamma_values = aligned_alloc(64, COLUMNS * 4);
  beta_values = aligned_alloc(64, COLUMNS * 4);
  if (!floats || !halves || !bytes || !dst || !second || !gamma_values || !beta_values) return 1;
  for (uint32_t i = 0; i < COUNT; i++) {
    floats[i] = (float)(i * 2654435761u % 8001) / 1000 - 4;
    memcpy(halves + i, (char *)(floats + i) + 2, 2);
    bytes[i] = (uint8_t)(i * 2654435761u >> 13);
  }
  for (int i = 0; i < COLUMNS; i++) gamma_values[i] = 1.0f + (float)i / COLUMNS, beta_values[i] = (float)i / COLUMNS;

  const struct {
    const char *name;
    double (*run)(void);
  } cases[] = {
    {"layer norm + residual, 64x768, FP32", norm_fp32},
    {"  the same to FP32 and u8", norm_fp32_u8},
    {"  in BF16", norm_bf16},
    {"softmax, 64x384, FP32 to u8", softmax},
    {"FP32 to u8", to_u8},
    {"FP32 to BF16", to_bf16},
    {"image 3x224x224 to channels last, u8", image_to_u8},
    {"  in BF16", image_to_bf16},
    {"  in FP32", image_to_fp32},
    {"64x56x56 to channels last, FP32", channels_last},
    {"max pool 3x3 stride 2, 64x112x112, FP32", pool_fp32},
    {"  in BF16", pool_bf16},
    {"  in u8", pool_u8},
    {"global average 2048x7x7, u8", average},
  };
  const ckernels_isa highest = ckernels_isa_for_features(ckernels_cpu_features());
  printf("%-44s %9s %9s %9s   ns/element\n", "", "generic", "avx2", "avx512");
  for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
    printf("%-44s", cases[c].name);
    for (int isa = 0; isa <= (int)highest; isa++) {
      table = ckernels_rows((ckernels_isa)isa);
      double least = INFINITY;
      for (int repetition = 0; repetition < 100; repetition++) {
        const double begin = now(), elements = cases[c].run(), time = (now() - begin) / elements;
        if (time < least) least = time;
      }
      printf(" %9.4f", least);
    }
    printf("\n");
  }
  return 0;
}
