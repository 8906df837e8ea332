// What share of the peak the matrix kernels reach on the shapes of Benchmarks/shapes, and beside OpenBLAS.
//
//   cd Benchmarks/micro && clang -O3 -std=gnu11 -fno-math-errno -ffp-contract=off
//   -I../../Sources/Interop/CKernels/include \
//     shapes.c ../../Sources/Interop/CKernels/native/gemm/*.c ../../Sources/Interop/CKernels/cpu.c -lopenblas -lm -o
//     shapes
//   taskset -c 0 ./shapes f32|bf16|u8s8 ../shapes/FILE.txt [batch] [seconds per shape]
//
// Every repetition runs the peak loop, the kernel and OpenBLAS one after the other, so that what changes on the machine
// changes for all; each has the best of its repetitions. One thread. The inputs are all zeros: speed does not depend on
// values here. The weights are used again and again, so they come from the cache where they fit.
#include <dlfcn.h>
#include <immintrin.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "CKernels.h"

void cblas_sgemm(int order, int ta, int tb, int m, int n, int k, float alpha, const float *a, int lda, const float *b,
  int ldb, float beta, float *c, int ldc);
void openblas_set_num_threads(int);
char *openblas_get_corename(void);

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

enum { STEPS = 4000, SUMS = 24 };
typedef float vector __attribute__((ext_vector_type(16)));

/// Multiply-accumulates of one peak loop.
#define PEAK(name, features, instruction, per_instruction) \
  __attribute__((target(features), noinline)) static double name(void) { \
    vector s[SUMS] = {0}, x = 0, y = 0; \
    for (int i = 0; i < STEPS; i++) { \
      _Pragma("clang loop unroll(full)") for (int j = 0; j < SUMS; j++) { \
        __asm__ volatile(instruction " %1,%2,%0" : "+v"(s[j]) : "v"(x), "v"(y)); \
      } \
    } \
    return (double)STEPS * SUMS * (per_instruction); \
  }
PEAK(peak_f32, "avx512f", "vfmadd231ps", 16)
PEAK(peak_bf16, "avx512f,avx512bf16", "vdpbf16ps", 32)
PEAK(peak_u8s8, "avx512f,avx512vnni", "vpdpbusd", 64)

static void *buffer(size_t bytes) {
  void *memory = aligned_alloc(64, (bytes + 127) / 64 * 64);
  if (!memory) exit(70);
  memset(memory, 0, bytes + 64);
  return memory;
}

int main(int count, char **arguments) {
  if (count < 3) return 64;
  const char *type = arguments[1];
  const int batch = count > 3 ? atoi(arguments[3]) : 1;
  const double seconds = count > 4 ? atof(arguments[4]) : 0.5;
  double (*const peak)(void) = !strcmp(type, "f32") ? peak_f32 : !strcmp(type, "bf16") ? peak_bf16 : peak_u8s8;
  const ckernels_gemm_types types = !strcmp(type, "f32")    ? CKERNELS_GEMM_F32
                                    : !strcmp(type, "bf16") ? CKERNELS_GEMM_BF16
                                                            : CKERNELS_GEMM_U8S8;
  const ckernels_format_kind kind = !strcmp(type, "f32")    ? CKERNELS_FORMAT_FP32
                                    : !strcmp(type, "bf16") ? CKERNELS_FORMAT_BF16
                                                            : CKERNELS_FORMAT_U8;
  const ckernels_gemm_kernel *const *kernels, *kernel = NULL;
  const int kernel_count = ckernels_gemm_kernels(&kernels);
  for (int i = 0; i < kernel_count && !kernel; i++) {
    const uint32_t needed = kernels[i]->features;
    if (kernels[i]->types == types && (needed & ckernels_cpu_features()) == needed) kernel = kernels[i];
  }
  openblas_set_num_threads(1);
  FILE *file = fopen(arguments[2], "r");
  if (!file || !kernel) return 66;
  printf("%s, batch %d, OpenBLAS %s\n", kernel->name, batch, openblas_get_corename());
  printf("%-24s %6s %6s %6s %9s %7s %9s\n", "shape", "rows", "cols", "depth", "ms", "of peak", "OpenBLAS");
  char line[256];
  double total = 0, total_peak = 0;
  while (fgets(line, sizeof line, file)) {
    char name[64];
    int h, w, ci, co, window, stride, padding, times;
    int fields =
      sscanf(line, "%63s %d %d %d %d %d %d %d %d", name, &h, &w, &ci, &co, &window, &stride, &padding, &times);
    if (line[0] == '#' || fields < 5) continue;
    if (fields == 5) {
      const int m = h, n = w, k = ci;
      times = co, h = 1, w = m, ci = k, co = n, window = 1, stride = 1, padding = 0;
    }
    const int size = 4 / kernel->kr;
    // A window over few channels reads its rows as one run of kw * ci elements from a padded image.
    const int runs = ci * window < 64 && window > 1;
    const int taps = runs ? window : window * window, depth = runs ? ci * window : ci;
    if (runs) h += 2 * padding, w += 2 * padding, padding = 0;
    const int out_h = (h + 2 * padding - window) / stride + 1, out_w = (w + 2 * padding - window) / stride + 1;
    const long rows = (long)batch * out_h * out_w;
    char *src = buffer((size_t)batch * h * w * ci * size + 4096), *zeros = buffer((size_t)depth * 4);
    char *packed = buffer((size_t)ckernels_gemm_packed_bytes(kernel, taps, depth, co));
    float *ones = buffer((size_t)co * 4);
    char *dst = buffer((size_t)rows * co * size);
    ckernels_gemm_product product = {
      .kernel = kernel,
      .source = {src, (ptrdiff_t)ci * size, (ptrdiff_t)w * ci * size, (ptrdiff_t)h * w * ci * size,
        {ci, h, w, window, runs ? 1 : window, stride, stride, 1, 1, padding, padding, out_h, out_w}, zeros},
      .rows = rows,
      .columns = co,
      .taps = taps,
      .depth = depth,
      .weights = packed,
      .start = types == CKERNELS_GEMM_U8S8 ? (const int32_t *)ones : NULL,
      .finish = {.scale = types == CKERNELS_GEMM_U8S8 ? ones : NULL,
        .bias = ones,
        .dst = dst,
        .dst_pitch = (ptrdiff_t)co * size,
        .dst_format = {kind, 1.0f, 0},
        .activation = CKERNELS_ACTIVATION_RELU},
    };
    ckernels_gemm_choose_blocks(&product, 1 << 20);
    if (getenv("ROW_BLOCK")) product.row_block = atoi(getenv("ROW_BLOCK"));
    if (getenv("CHUNK")) product.chunk = atoi(getenv("CHUNK"));
    void *scratch = buffer((size_t)ckernels_gemm_scratch_bytes(&product));
    const ptrdiff_t panels = (co + kernel->nr - 1) / kernel->nr;
    const int blas_k = taps * depth;
    float *a = NULL, *b = NULL, *c = NULL;
    if (types == CKERNELS_GEMM_F32) {
      a = buffer((size_t)rows * blas_k * 4), b = buffer((size_t)blas_k * co * 4), c = buffer((size_t)rows * co * 4);
    }
    double best = 1e9, best_peak = 0, best_blas = 1e9;
    for (double end = now() + seconds; now() < end;) {
      double start = now();
      const double macs = peak();
      const double rate = macs / (now() - start);
      if (rate > best_peak) best_peak = rate;
      start = now();
      ckernels_gemm_run(&product, 0, rows, 0, panels, scratch);
      double time = now() - start;
      if (time < best) best = time;
      if (!a) continue;
      start = now();
      cblas_sgemm(101, 111, 111, (int)rows, co, blas_k, 1, a, blas_k, b, co, 0, c, co);
      time = now() - start;
      if (time < best_blas) best_blas = time;
    }
    const double macs = (double)rows * co * taps * depth;
    total += best * times;
    total_peak += macs / best_peak * times;
    printf("%-24s %6ld %6d %6d %9.4f %6.1f%%", name, rows, co, taps * depth, best * 1e3, 100 * macs / best / best_peak);
    if (a) printf(" %8.1f%%", 100 * macs / best_blas / best_peak);
    printf("\n");
    fflush(stdout);
    free(src), free(zeros), free(packed), free(ones), free(dst), free(scratch), free(a), free(b), free(c);
  }
  printf("all, as often as they occur: %.3f ms, %.1f%% of peak\n", total * 1e3, 100 * total_peak / total);
  return 0;
}
