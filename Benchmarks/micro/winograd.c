// Direct convolution and Winograd's F(4 x 4, 3 x 3) on the 3 x 3 layers of ResNet-50: milliseconds and effective
// GFLOP/s (the direct sum's operations over the time) of each.
//
//   clang -O3 -std=gnu11 -fno-math-errno -ffp-contract=off -ISources/Interop/CKernels/include \
//     $(find Sources/Interop/CKernels -name '*.c') Benchmarks/micro/winograd.c -lm -o winograd
//   taskset -c 1 ./winograd [--cold] [--tiles N]
//
// Both run on one thread, in turns, on the same data; each number is the least of many repetitions in the thread's own
// time. With --cold the caches are flushed before each, which is what a layer meets in a network whose weights exceed
// the last cache. --tiles sets the tiles of a block; without it several sizes are tried, each with weights that
// are transformed once and on the way. Winograd's time is also given
// by part.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "CKernels.h"

typedef struct shape {
  int32_t batch, size, channels, out_channels;
} shape;

static const shape shapes[] = {{1, 56, 64, 64}, {1, 28, 128, 128}, {1, 14, 256, 256}, {1, 7, 512, 512}, {8, 56, 64, 64},
  {8, 28, 128, 128}, {8, 14, 256, 256}, {8, 7, 512, 512}};

static const ptrdiff_t candidates[] = {14, 16, 24, 32, 48, 64};

enum { FLUSH_BYTES = 96 << 20, REPETITIONS = 15 };
static char *flush_memory;
static int cold;

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return (double)time.tv_sec * 1e3 + (double)time.tv_nsec * 1e-6;
}

static void *allocate(ptrdiff_t bytes) {
  void *memory = aligned_alloc(4096, (size_t)(bytes + 8191) / 4096 * 4096);
  if (!memory) exit(1);
  memset(memory, 0, (size_t)(bytes + 4095) / 4096 * 4096);
  return memory;
}

static float *noise(ptrdiff_t count) {
  float *values = allocate(count * 4);
  for (ptrdiff_t i = 0; i < count; i++) values[i] = (float)(rand() % 2001 - 1000) / 1000;
  return values;
}

static const ckernels_gemm_kernel *fp32_kernel(void) {
  const ckernels_gemm_kernel *const *kernels;
  const int count = ckernels_gemm_kernels(&kernels);
  const uint32_t features = ckernels_cpu_features();
  for (int i = 0; i < count; i++) {
    if (kernels[i]->types == CKERNELS_GEMM_F32 && !(kernels[i]->features & ~features)) return kernels[i];
  }
  exit(1);
}

static void flush(void) {
  if (!cold) return;
  for (ptrdiff_t i = 0; i < FLUSH_BYTES; i += 64) flush_memory[i]++;
}

/// Direct convolution as an implicit product of nine taps.
static double direct(const ckernels_gemm_product *product, void *scratch) {
  flush();
  const double start = now();
  const ptrdiff_t nr = product->kernel->nr;
  ckernels_gemm_run(product, 0, product->rows, 0, (product->columns + nr - 1) / nr, scratch);
  return now() - start;
}

/// Milliseconds of the whole; adds the parts' to `parts`.
static double winograd(const ckernels_winograd *w, ptrdiff_t block_tiles, float *inputs, float *sums, double parts[2]) {
  flush();
  const double start = now();
  const ptrdiff_t tiles = ckernels_winograd_tiles(w), blocks = (tiles + block_tiles - 1) / block_tiles;
  const ptrdiff_t panel = ckernels_winograd_panel(w->kernel, w->form), panels = (w->out_channels + panel - 1) / panel;
  for (ptrdiff_t i = 0; i < blocks; i++) {
    const ckernels_winograd_block block = {tiles * i / blocks, tiles * (i + 1) / blocks, inputs};
    const double begin = now();
    ckernels_winograd_transform_input(w, &block, block.begin, block.end);
    const double transformed = now();
    ckernels_winograd_multiply(w, &block, 0, panels, sums);
    parts[0] += transformed - begin;
    parts[1] += now() - transformed;
  }
  return now() - start;
}

static void measure(shape s, ptrdiff_t block_tiles) {
  const ckernels_gemm_kernel *kernel = fp32_kernel();
  const ptrdiff_t pixels = (ptrdiff_t)s.batch * s.size * s.size, nr = kernel->nr;
  const ptrdiff_t panels = (s.out_channels + nr - 1) / nr,
                  tiles = (ptrdiff_t)s.batch * ((s.size + 3) / 4) * ((s.size + 3) / 4);
  float *src = noise(pixels * s.channels), *weights = noise((ptrdiff_t)s.out_channels * s.channels * 9);
  float *bias = noise(s.out_channels);
  float *direct_dst = allocate(pixels * s.out_channels * 4), *winograd_dst = allocate(pixels * s.out_channels * 4);
  void *packed = allocate(ckernels_gemm_packed_bytes(kernel, 9, s.channels, s.out_channels));
  ckernels_gemm_pack(kernel, weights, 1, 9, 9 * s.channels, 9, s.channels, s.out_channels, 0, panels, packed);
  float *held[2];
  for (int form = 0; form < 2; form++) {
    const ptrdiff_t panel = ckernels_winograd_panel(kernel, form);
    held[form] = allocate(ckernels_winograd_packed_bytes(kernel, form, s.channels, s.out_channels));
    ckernels_winograd_pack(
      kernel, form, weights, s.channels, s.out_channels, 0, (s.out_channels + panel - 1) / panel, held[form]);
  }

  const ckernels_format fp32 = {CKERNELS_FORMAT_FP32, 1, 0};
  ckernels_gemm_finish finish = {.bias = bias,
    .residual_format = fp32,
    .dst = direct_dst,
    .dst_pitch = s.out_channels * 4,
    .dst_format = fp32,
    .activation = CKERNELS_ACTIVATION_RELU};
  ckernels_gemm_product product = {.kernel = kernel,
    .rows = pixels,
    .columns = s.out_channels,
    .taps = 9,
    .depth = s.channels,
    .weights = packed,
    .finish = finish,
    .row_block = 48,
    .chunk = 0};
  product.source = (ckernels_gemm_source){.src = src,
    .pixel_pitch = s.channels * 4,
    .line_pitch = (ptrdiff_t)s.size * s.channels * 4,
    .image_pitch = (ptrdiff_t)s.size * s.size * s.channels * 4,
    .geometry = {s.channels, s.size, s.size, 3, 3, 1, 1, 1, 1, 1, 1, s.size, s.size},
    .padding = allocate(s.channels * 4)};
  finish.dst = winograd_dst;
  ckernels_winograd w = {
    kernel, s.batch, s.size, s.size, s.channels, 1, 1, s.size, s.size, s.out_channels, src, 0, NULL, finish};
  void *scratch = allocate(ckernels_gemm_scratch_bytes(&product));
  float *inputs = allocate(ckernels_winograd_input_bytes(s.channels, tiles));
  float *sums = allocate(ckernels_winograd_sums_bytes(tiles));
  ptrdiff_t best_tiles = 0;
  ckernels_winograd_weights best_form = 0;
  double best[2] = {1e9, 1e9}, parts[2] = {0, 0};
  for (size_t c = 0; c < 2 * sizeof candidates / sizeof *candidates; c++) {
    const ptrdiff_t wanted = block_tiles ? block_tiles : candidates[c / 2];
    if (c > 1 && (block_tiles || candidates[c / 2 - 1] >= tiles)) break;
    w.form = c % 2;
    w.weights = held[w.form];
    for (int i = 0; i < REPETITIONS; i++) {
      double now_parts[2] = {0, 0};
      best[0] = fmin(best[0], direct(&product, scratch));
      const double time = winograd(&w, wanted < tiles ? wanted : tiles, inputs, sums, now_parts);
      if (time >= best[1]) continue;
      memcpy(parts, now_parts, sizeof parts);
      best[1] = time;
      best_form = w.form;
      best_tiles = wanted < tiles ? wanted : tiles;
    }
  }
  double difference = 0, greatest = 0;
  for (ptrdiff_t i = 0; i < pixels * s.out_channels; i++) {
    difference = fmax(difference, fabs((double)direct_dst[i] - winograd_dst[i]));
    greatest = fmax(greatest, fabs((double)direct_dst[i]));
  }
  const double operations = 18e-6 * (double)pixels * s.channels * s.out_channels;
  printf("%d x %2d x %2d x %3d -> %3d, %3td tiles a block, weights %s: direct %7.3f ms %4.0f GFLOP/s | winograd %7.3f "
         "ms %4.0f "
         "GFLOP/s (input %.3f, products and output %.3f) | %.2f x | differ by %.1e of %.1f\n",
    s.batch, s.size, s.size, s.channels, s.out_channels, best_tiles,
    best_form ? "transformed on the way" : "transformed", best[0], operations / best[0], best[1], operations / best[1],
    parts[0], parts[1], best[0] / best[1], difference, greatest);
  void *all[] = {src, weights, bias, direct_dst, winograd_dst, packed, held[0], held[1], scratch, inputs, sums,
    (void *)product.source.padding};
  for (size_t i = 0; i < sizeof all / sizeof *all; i++) free(all[i]);
}

int main(int argc, char **argv) {
  ptrdiff_t tiles = 0;
  for (int i = 1; i < argc; i++) {
    if (!strcmp(argv[i], "--cold")) cold = 1;
    if (!strcmp(argv[i], "--tiles") && i + 1 < argc) tiles = atol(argv[i + 1]);
  }
  flush_memory = allocate(FLUSH_BYTES);
  printf("%s\n", fp32_kernel()->name);
  for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) measure(shapes[i], tiles);
}
