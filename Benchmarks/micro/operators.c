// Nanoseconds an element of the operator table's main kernels, for every instruction-set level that this CPU has.
//
//   clang -O3 -std=gnu11 -fno-math-errno -ffp-contract=off -ISources/Interop/CKernels/include \
//     Sources/Interop/CKernels/*.c Benchmarks/micro/operators.c -o operators && ./operators
//
// Each number is the least of 15 repetitions, after one to warm up; one thread, buffers of the networks' real sizes.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "CKernels.h"

static const ckernels_format fp32 = {CKERNELS_FORMAT_FP32, 1, 0};
static float *src, *dst, *gamma_values, *beta_values;
static const ckernels_operator_table *table;

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

/// 384 tokens x 3072 features: the first half of a BERT-base feed-forward layer.
static double epilogue(ckernels_activation activation, ckernels_format format) {
  const ckernels_epilogue what = {NULL, beta_values, NULL, 0, activation, 0, 0, format};
  table->epilogue_by_column(&what, src, 3072, dst, 3072, 384, 3072);
  return 384.0 * 3072;
}

static double epilogue_gelu(void) { return epilogue(CKERNELS_ACTIVATION_GELU, fp32); }
static double epilogue_gelu_u8(void) {
  return epilogue(CKERNELS_ACTIVATION_GELU, (ckernels_format){CKERNELS_FORMAT_U8, 0.02f, 10});
}

/// 64 channels of 56 x 56 with a residual: the end of a ResNet-50 block.
static double epilogue_relu(void) {
  const ckernels_epilogue what = {gamma_values, beta_values, src, 1, CKERNELS_ACTIVATION_RELU, 0, 0, fp32};
  table->epilogue_by_row(&what, src, 3136, dst, 3136, 256, 3136);
  return 256.0 * 3136;
}

/// 12 heads of 384 x 384 scores.
static double softmax(void) {
  table->masked_softmax(fp32, src, 0.125f, NULL, dst, 12 * 384, 384);
  return 12.0 * 384 * 384;
}

static double layer_norm(void) {
  table->layer_norm(fp32, src, NULL, gamma_values, beta_values, 1e-12f, dst, 384, 768);
  return 384.0 * 768;
}

static double layer_norm_residual(void) {
  table->layer_norm(fp32, src, src + 384 * 768, gamma_values, beta_values, 1e-12f, dst, 384, 768);
  return 384.0 * 768;
}

static double columns_of(ckernels_convolution g) {
  const ptrdiff_t columns = (ptrdiff_t)g.out_height * g.out_width;
  table->im2col(&g, src, 0, columns, dst, columns);
  return (double)g.channels * g.kernel_height * g.kernel_width * (double)columns;
}

static double im2col_3x3(void) {
  return columns_of((ckernels_convolution){64, 56, 56, 3, 3, 1, 1, 1, 1, 1, 1, 56, 56});
}
static double im2col_3x3_s2(void) {
  return columns_of((ckernels_convolution){128, 56, 56, 3, 3, 2, 2, 1, 1, 1, 1, 28, 28});
}
static double im2col_3x3_7(void) { return columns_of((ckernels_convolution){512, 7, 7, 3, 3, 1, 1, 1, 1, 1, 1, 7, 7}); }
static double im2col_7x7_s2(void) {
  return columns_of((ckernels_convolution){3, 224, 224, 7, 7, 2, 2, 1, 1, 3, 3, 112, 112});
}
static double im2col_1x1_s2(void) {
  return columns_of((ckernels_convolution){256, 56, 56, 1, 1, 2, 2, 1, 1, 0, 0, 28, 28});
}

static double memcpy_same_size(void) {
  for (int row = 0; row < 576; row++) memcpy(dst + row * 3136, src + row / 9 * 3136, 3136 * 4);
  return 576.0 * 3136;
}

static double max_pool(void) {
  const ckernels_convolution g = {64, 112, 112, 3, 3, 2, 2, 1, 1, 1, 1, 56, 56};
  table->max_pool(&g, src, dst, 64);
  return 64.0 * 3136;
}

static double convert_bf16(void) {
  table->convert((ckernels_format){CKERNELS_FORMAT_BF16, 1, 0}, src, dst, 384 * 768);
  return 384.0 * 768;
}

static double convert_u8(void) {
  table->convert((ckernels_format){CKERNELS_FORMAT_U8, 0.02f, 128}, src, dst, 384 * 768);
  return 384.0 * 768;
}

int main(void) {
  enum { COUNT = 1 << 22 };
  src = aligned_alloc(64, COUNT * sizeof(float));
  dst = aligned_alloc(64, COUNT * sizeof(float));
  gamma_values = aligned_alloc(64, 4096 * sizeof(float));
  beta_values = aligned_alloc(64, 4096 * sizeof(float));
  if (!src || !dst || !gamma_values || !beta_values) return 1;
  for (int i = 0; i < COUNT; i++) src[i] = (float)(i * 2654435761u % 8001) / 1000 - 4;
  for (int i = 0; i < 4096; i++) gamma_values[i] = 1.0f + (float)i / 4096, beta_values[i] = (float)i / 4096;

  const struct {
    const char *name;
    double (*run)(void);
  } cases[] = {
    {"epilogue, bias + GELU, 384x3072", epilogue_gelu},
    {"epilogue, bias + GELU + u8", epilogue_gelu_u8},
    {"epilogue, scale + bias + residual + ReLU, 256x3136", epilogue_relu},
    {"softmax, 12x384 rows of 384", softmax},
    {"layer norm, 384x768", layer_norm},
    {"layer norm + residual", layer_norm_residual},
    {"im2col 3x3, 64x56x56", im2col_3x3},
    {"  memcpy of as much", memcpy_same_size},
    {"im2col 3x3 stride 2, 128x56x56", im2col_3x3_s2},
    {"im2col 3x3, 512x7x7", im2col_3x3_7},
    {"im2col 7x7 stride 2, 3x224x224", im2col_7x7_s2},
    {"im2col 1x1 stride 2, 256x56x56", im2col_1x1_s2},
    {"max pool 3x3 stride 2, 64x112x112", max_pool},
    {"to BF16", convert_bf16},
    {"to u8", convert_u8},
  };
  const ckernels_isa highest = ckernels_isa_for_features(ckernels_cpu_features());
  printf("%-52s %9s %9s %9s   ns/element\n", "", "generic", "avx2", "avx512");
  for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
    printf("%-52s", cases[c].name);
    for (int isa = 0; isa <= (int)highest; isa++) {
      table = ckernels_operators((ckernels_isa)isa);
      double least = INFINITY;
      for (int repetition = 0; repetition < 16; repetition++) {
        const double begin = now(), elements = cases[c].run(), time = (now() - begin) / elements;
        if (repetition > 0 && time < least) least = time;
      }
      printf(" %9.4f", least);
    }
    printf("\n");
  }
  return 0;
}
