// Fused attention against its two products alone: bert-base at 384 tokens, every type, one thread.
//
//   cd Benchmarks/micro && clang -O3 -std=gnu11 -fno-math-errno -ffp-contract=off
//   -I../../Sources/Interop/CKernels/include \
//     attention.c ../../Sources/Interop/CKernels/native/*/*.c ../../Sources/Interop/CKernels/{cpu,operators*}.c -lm \
//     -o attention && taskset -c 1 ./attention
//
// Prints, for every matrix kernel that this CPU runs, the microseconds of one layer's attention, those of its products
// alone (packed before, results in FP32 and in the operands' format), and their share. Each is the least of many runs.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "CKernels.h"

enum { TOKENS = 384, HEADS = 12, DEPTH = 64, FEATURES = HEADS * DEPTH, RUNS = 50 };

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec * 1e6 + (double)time.tv_nsec * 1e-3;
}

static void *memory(ptrdiff_t bytes) {
  void *address = aligned_alloc(64, (size_t)(bytes + 127) & ~(size_t)63);
  if (!address) abort();
  memset(address, 1, (size_t)bytes);
  return address;
}

/// A tensor of values in -1 ... 1.
static ckernels_attention_operand tensor(ckernels_format format) {
  const ptrdiff_t size = format.kind == CKERNELS_FORMAT_FP32 ? 4 : format.kind == CKERNELS_FORMAT_BF16 ? 2 : 1;
  char *bytes = memory(TOKENS * FEATURES * size);
  for (uint32_t i = 0; i < TOKENS * FEATURES; i++) {
    const float value = (float)((i * 2654435761u >> 8) % 4001) / 2000 - 1;
    uint32_t bits;
    memcpy(&bits, &value, 4);
    if (size == 4) memcpy(bytes + 4 * i, &bits, 4);
    if (size == 2) memcpy(bytes + 2 * i, (char *)&bits + 2, 2);
    if (size == 1) bytes[i] = (char)(value * 60);
  }
  return (ckernels_attention_operand){bytes, FEATURES * size, TOKENS * FEATURES * size, format};
}

/// One head's product: rows x columns over depth.
static ckernels_gemm_product product(const ckernels_gemm_kernel *kernel, const void *src, ptrdiff_t pitch,
  ptrdiff_t columns, ptrdiff_t depth, ckernels_format format) {
  static float bias[TOKENS];
  ckernels_gemm_product p = {.kernel = kernel, .rows = TOKENS, .columns = columns, .taps = 1, .depth = depth};
  p.source = (ckernels_gemm_source){.src = src, .pixel_pitch = pitch};
  p.source.geometry = (ckernels_convolution){0, 1, TOKENS, 1, 1, 1, 1, 1, 1, 0, 0, 1, TOKENS};
  p.finish = (ckernels_gemm_finish){.bias = bias, .dst = memory(TOKENS * columns * 4), .dst_format = format};
  p.finish.dst_pitch = columns * 4;
  p.weights = memory(ckernels_gemm_packed_bytes(kernel, 1, depth, columns));
  ckernels_gemm_choose_blocks(&p, 1 << 20);
  return p;
}

static double measure(const ckernels_gemm_product *p) {
  void *scratch = memory(ckernels_gemm_scratch_bytes(p));
  const ptrdiff_t panels = (p->columns + p->kernel->nr - 1) / p->kernel->nr;
  double least = 1e30;
  for (int run = 0; run < RUNS; run++) {
    const double begin = now();
    for (int head = 0; head < HEADS; head++) ckernels_gemm_run(p, 0, TOKENS, 0, panels, scratch);
    const double time = now() - begin;
    if (time < least) least = time;
  }
  return least;
}

int main(void) {
  const ckernels_format fp32 = {CKERNELS_FORMAT_FP32, 1, 0}, bf16 = {CKERNELS_FORMAT_BF16, 1, 0};
  const ckernels_format u8 = {CKERNELS_FORMAT_U8, 1.0f / 128, 128}, s8 = {CKERNELS_FORMAT_S8, 1.0f / 128, 0};
  const ckernels_format shares = {CKERNELS_FORMAT_U8, 1.0f / 255, 0};
  const ckernels_gemm_kernel *const *kernels;
  const int count = ckernels_gemm_kernels(&kernels);
  const uint32_t features = ckernels_cpu_features();
  printf("%-40s %9s %9s %9s %7s\n", "", "fused", "q k^T", "p v", "share");
  for (int i = 0; i < count; i++) {
    const ckernels_gemm_kernel *kernel = kernels[i];
    if (kernel->features & ~features) continue;
    const int is_bf16 = kernel->types == CKERNELS_GEMM_BF16, is_integer = kernel->types >= CKERNELS_GEMM_U8S8;
    const ckernels_format type = is_bf16 ? bf16 : fp32;
    ckernels_attention attention = {
      .isa = kernel->lanes == 16  ? CKERNELS_ISA_AVX512
             : kernel->lanes == 8 ? CKERNELS_ISA_AVX2
                                  : CKERNELS_ISA_GENERIC,
      .scores_kernel = kernel,
      .context_kernel = kernel,
      .samples = 1,
      .heads = HEADS,
      .queries = TOKENS,
      .keys = TOKENS,
      .depth = DEPTH,
      .value_depth = DEPTH,
      .q = tensor(is_integer ? u8 : type),
      .k = tensor(is_integer ? s8 : type),
      .v = tensor(is_integer ? s8 : type),
      .dst = tensor(is_integer ? u8 : type),
      .scores_scale = is_integer ? 0.125f / 128 / 128 : 0.125f,
      .scores_format = type,
      .probabilities_format = is_integer ? shares : type,
      .context_scale = is_integer ? 1.0f / 128 / 255 : 1,
    };
    void *scratch = memory(ckernels_attention_scratch_bytes(&attention));
    double fused = 1e30;
    for (int run = 0; run < RUNS; run++) {
      const double begin = now();
      ckernels_attention_run(&attention, 0, ckernels_attention_parts(&attention), scratch);
      const double time = now() - begin;
      if (time < fused) fused = time;
    }
    const ckernels_gemm_product first =
      product(kernel, attention.q.address, attention.q.row_pitch, TOKENS, DEPTH, attention.scores_format);
    const ckernels_gemm_product second =
      product(kernel, first.finish.dst, TOKENS * (4 / kernel->kr), DEPTH, TOKENS, attention.dst.format);
    const double a = measure(&first), b = measure(&second);
    printf("%-40s %9.0f %9.0f %9.0f %6.1f%%\n", kernel->name, fused, a, b, 100 * (a + b) / fused);
  }
  return 0;
}
