// What the emulator's matrix kernels cost beside the native FP32 kernel, on the shapes of Benchmarks/shapes.
//
//   cd Benchmarks/micro && clang -O3 -std=gnu11 -fno-math-errno -ffp-contract=off
//     -I../../Sources/Interop/CKernels/include contracts.c ../../Sources/Interop/CKernels/native/gemm/*.c
//     ../../Sources/Interop/CKernels/cpu.c -lm -o contracts
//   taskset -c 0 ./contracts ../shapes/FILE.txt|cube:1024 [level] [seconds per shape]
//
// `level` leaves out the kernels of later levels: generic, avx2, avx512_core, ... (a part of the kernel's name). Every
// repetition runs FP32 and then each contract's kernel, one after the other, so that what changes on the machine
// changes for all; each has the best of its repetitions. The figures are times as multiples of FP32's. One thread; run
// two copies to load two cores. Operands are random and representable in the contract's format: the speed of rounding
// to FP16 depends on how often sums lie halfway between two numbers.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "CKernels.h"

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void *buffer(size_t bytes) {
  void *memory = aligned_alloc(64, (bytes + 127) / 64 * 64);
  if (!memory) exit(70);
  memset(memory, 0, bytes + 64);
  return memory;
}

static uint64_t state = 88172645463325252u;

/// Uniform in -1 ... 1.
static float uniform(void) {
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return (float)(int32_t)(state >> 32) * 0x1p-31f;
}

/// The value with its fraction cut to `bits` bits.
static float cut(float value, int bits) {
  uint32_t word;
  memcpy(&word, &value, 4);
  word &= ~((1u << (23 - bits)) - 1);
  memcpy(&value, &word, 4);
  return value;
}

/// Fills operands: FP32 values of `bits` bits of fraction, BF16 or bytes.
static void fill(const ckernels_gemm_kernel *kernel, void *dst, size_t count, float scale) {
  for (size_t i = 0; i < count; i++) {
    const float value = uniform() * scale;
    if (kernel->kr == 1) {
      // FP16 has no more range than this below.
      const int is_half = kernel->types == CKERNELS_GEMM_F16_CHAIN;
      ((float *)dst)[i] = cut(is_half && fabsf(value) < 0x1p-14f ? 0 : value, is_half ? 10 : 23);
    } else if (kernel->kr == 2) {
      uint32_t word;
      memcpy(&word, &value, 4);
      ((uint16_t *)dst)[i] = (uint16_t)(word >> 16);
    } else {
      ((uint8_t *)dst)[i] = (uint8_t)(uint32_t)(uniform() * 0x1p31f);
    }
  }
}

/// The contracts in the order of their columns.
static const struct {
  ckernels_gemm_types types;
  const char *name;
} contracts[] = {
  {CKERNELS_GEMM_F32, "fp32"},
  {CKERNELS_GEMM_BF16, "vdpbf16ps"},
  {CKERNELS_GEMM_BF16_TILES, "tdpbf16ps"},
  {CKERNELS_GEMM_F32_BLOCKS, "mx"},
  {CKERNELS_GEMM_F16_CHAIN, "fp16-fma"},
  {CKERNELS_GEMM_U8S8_PAIRS, "maddubs"},
  {CKERNELS_GEMM_U8S8, "vnni"},
  {CKERNELS_GEMM_U8S8_SATURATING, "vnni-sat"},
};
enum { COUNT = sizeof contracts / sizeof contracts[0] };

/// Where a level comes in the order of levels; unknown ones come last.
static int rank(const char *level) {
  static const char *const levels[] = {
    "generic", "avx2", "avx2_vnni", "avx512_core", "avx512_core_vnni", "avx512_core_bf16", "avx512_core_fp16"};
  for (int i = 0; i < 7; i++) {
    if (!strcmp(level, levels[i])) return i;
  }
  return 7;
}

/// The first kernel of a type that runs here and is of no later level than `level`.
static const ckernels_gemm_kernel *kernel_for(ckernels_gemm_types types, const char *level) {
  const ckernels_gemm_kernel *const *kernels;
  const int count = ckernels_gemm_kernels(&kernels);
  for (int i = 0; i < count; i++) {
    char name[64], *part = name;
    snprintf(name, sizeof name, "%s", kernels[i]->name);
    strsep(&part, ":"), strsep(&part, ":");
    const char *own = strsep(&part, ":");
    const int fits = rank(own) <= rank(level) && (rank(level) == 3 ? rank(own) != 2 : 1);
    const uint32_t needed = kernels[i]->features;
    if (kernels[i]->types == types && (needed & ckernels_cpu_features()) == needed && fits) return kernels[i];
  }
  return NULL;
}

/// A product of the operands' own memory.
typedef struct problem {
  ckernels_gemm_product product;
  void *scratch;
  ptrdiff_t panels;
  double best;
} problem;

static problem make(
  const ckernels_gemm_kernel *kernel, int h, int w, int ci, int co, int window, int stride, int padding, int batch) {
  const int size = 4 / kernel->kr, taps = window * window;
  const int out_h = (h + 2 * padding - window) / stride + 1, out_w = (w + 2 * padding - window) / stride + 1;
  const long rows = (long)batch * out_h * out_w;
  const size_t source = (size_t)batch * h * w * ci, weights = (size_t)taps * ci * co;
  char *src = buffer(source * size + 4096), *unpacked = buffer(weights * size + 4096);
  fill(kernel, src, source, 1);
  fill(kernel, unpacked, weights, 0.1f);
  char *packed = buffer((size_t)ckernels_gemm_packed_bytes(kernel, taps, ci, co));
  problem p = {.panels = (co + kernel->nr - 1) / kernel->nr, .best = 1e9};
  ckernels_gemm_pack(kernel, unpacked, (ptrdiff_t)ci * co, co, 1, taps, ci, co, 0, p.panels, packed);
  free(unpacked);
  float *zeros = buffer((size_t)(ci > co ? ci : co) * 4 + 256);
  p.product = (ckernels_gemm_product){
    .kernel = kernel,
    .source = {src, (ptrdiff_t)ci * size, (ptrdiff_t)w * ci * size, (ptrdiff_t)h * w * ci * size,
      {ci, h, w, window, window, stride, stride, 1, 1, padding, padding, out_h, out_w}, zeros},
    .rows = rows,
    .columns = co,
    .taps = taps,
    .depth = ci,
    .weights = packed,
    .finish = {.bias = zeros,
      .dst = buffer((size_t)rows * co * 4),
      .dst_pitch = (ptrdiff_t)co * 4,
      .dst_format = {CKERNELS_FORMAT_FP32, 1.0f, 0},
      .activation = CKERNELS_ACTIVATION_NONE},
  };
  ckernels_gemm_choose_blocks(&p.product, 1 << 20);
  p.scratch = buffer((size_t)ckernels_gemm_scratch_bytes(&p.product));
  return p;
}

static void destroy(problem *p) {
  free((void *)p->product.source.src);
  free((void *)p->product.source.padding);
  free((void *)p->product.weights);
  free(p->product.finish.dst);
  free(p->scratch);
}

int main(int count, char **arguments) {
  if (count < 2) return 64;
  const char *level = count > 2 ? arguments[2] : "all";
  const double seconds = count > 3 ? atof(arguments[3]) : 0.5;
  const ckernels_gemm_kernel *kernels[COUNT];
  for (int i = 0; i < COUNT; i++) {
    kernels[i] = kernel_for(contracts[i].types, level);
    // Where no instruction adds four products there is a kernel of its own, before that of plain C.
    if (contracts[i].types == CKERNELS_GEMM_U8S8 && (!kernels[i] || kernels[i]->features == 0)) {
      const ckernels_gemm_kernel *own = kernel_for(CKERNELS_GEMM_U8S8_WRAPPING, level);
      if (own) kernels[i] = own;
    }
    printf("%-10s %s\n", contracts[i].name, kernels[i] ? kernels[i]->name : "-");
  }
  printf("%-24s %6s %6s %6s %9s", "shape", "rows", "cols", "depth", "fp32 ms");
  for (int i = 1; i < COUNT; i++) printf(" %9s", contracts[i].name);
  printf("\n");
  const int cube = !strncmp(arguments[1], "cube:", 5) ? atoi(arguments[1] + 5) : 0;
  FILE *file = cube ? NULL : fopen(arguments[1], "r");
  if (!file && !cube) return 66;
  char line[256];
  double totals[COUNT] = {0};
  for (int first = 1; cube ? first : fgets(line, sizeof line, file) != NULL; first = 0) {
    if (cube) snprintf(line, sizeof line, "cube %d %d %d 1", cube, cube, cube);
    char name[64];
    int h, w, ci, co, window, stride, padding, times;
    const int fields =
      sscanf(line, "%63s %d %d %d %d %d %d %d %d", name, &h, &w, &ci, &co, &window, &stride, &padding, &times);
    if (line[0] == '#' || fields < 5) continue;
    if (fields == 5) {
      const int m = h, n = w, k = ci;
      times = co, h = 1, w = m, ci = k, co = n, window = 1, stride = 1, padding = 0;
    }
    problem problems[COUNT];
    for (int i = 0; i < COUNT; i++) {
      if (kernels[i]) problems[i] = make(kernels[i], h, w, ci, co, window, stride, padding, 1);
    }
    int repetitions = 0;
    for (double end = now() + seconds; now() < end || repetitions < 3; repetitions++) {
      for (int i = 0; i < COUNT; i++) {
        if (!kernels[i]) continue;
        problem *p = &problems[i];
        const double start = now();
        ckernels_gemm_run(&p->product, 0, p->product.rows, 0, p->panels, p->scratch);
        const double time = now() - start;
        if (time < p->best) p->best = time;
      }
    }
    const ckernels_gemm_product *p = &problems[0].product;
    printf("%-24s %6td %6td %6td %9.4f", name, p->rows, p->columns, p->taps * p->depth, problems[0].best * 1e3);
    for (int i = 0; i < COUNT; i++) {
      if (!kernels[i]) continue;
      totals[i] += problems[i].best * times;
      if (i > 0) printf(" %8.2fx", problems[i].best / problems[0].best);
      destroy(&problems[i]);
    }
    printf("\n");
    fflush(stdout);
  }
  printf("%-24s %6s %6s %6s %9.4f", "all, as often as they are", "", "", "", totals[0] * 1e3);
  for (int i = 1; i < COUNT; i++) {
    if (kernels[i]) printf(" %8.2fx", totals[i] / totals[0]);
  }
  printf("\n");
  return 0;
}
