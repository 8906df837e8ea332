// How fast arrays are converted between FP32 and other formats, as a share of memcpy's bandwidth.
//
//   cd Benchmarks/micro && clang -O3 -std=gnu11 -fno-math-errno -ffp-contract=off
//   -I../../Sources/Interop/CKernels/include
//     conversions.c ../../Sources/Interop/CKernels/formats/*.c ../../Sources/Interop/CKernels/cpu.c -lm -lpthread
//     -o conversions
//   ./conversions [threads] [elements of a thread in millions] [rounds]
//
// The arrays should be larger than the last cache: 24 million elements are 96 MB of FP32. Every round runs memcpy of as
// many FP32 elements and then each conversion, so that what changes on the machine changes for all; each has the median
// and the best of its rounds. Bandwidth counts the bytes that are read and the bytes that are written, of memcpy too.
// Threads are pinned to CPUs 0, 1, ...
#define _GNU_SOURCE
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "CKernels.h"

enum { MAX_THREADS = 64, MAX_ROUNDS = 200, MAX_CASES = 32 };

typedef struct conversion_case {
  const char *name;
  ckernels_conversion conversion;
  int decodes;
} conversion_case;

#define FLOAT(BITS, EXPONENT, BIAS, SPECIALS) {BITS, EXPONENT, BIAS, SPECIALS, 0, 0, 0}
#define NEAREST CKERNELS_ROUNDING_NEAREST_EVEN

static const ckernels_conversion bf16 = {FLOAT(16, 8, 127, CKERNELS_SPECIALS_IEEE), NEAREST, 0, 0, 0, 1, 0};
static const ckernels_conversion bf16_flushed = {FLOAT(16, 8, 127, CKERNELS_SPECIALS_IEEE), NEAREST, 1, 0, 0, 1, 0};
static const ckernels_conversion fp16 = {FLOAT(16, 5, 15, CKERNELS_SPECIALS_IEEE), NEAREST, 0, 0, 0, 1, 0};
static const ckernels_conversion e4m3 = {FLOAT(8, 4, 7, CKERNELS_SPECIALS_ONE_NAN), NEAREST, 0, 1, 0, 1, 0};
static const ckernels_conversion e5m2 = {FLOAT(8, 5, 15, CKERNELS_SPECIALS_IEEE), NEAREST, 0, 0, 0, 1, 0};
static const ckernels_conversion u8 = {{8, 0, 0, CKERNELS_SPECIALS_NONE, 0, 255, 0}, NEAREST, 0, 1, 0, 0.03f, 128};
static const ckernels_conversion s8 = {{8, 0, 0, CKERNELS_SPECIALS_NONE, -127, 127, 0}, NEAREST, 0, 1, 0, 0.03f, 0};

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static conversion_case cases[MAX_CASES];
static int case_count;
static ptrdiff_t elements;
static int threads = 1, rounds = 15;
static ckernels_isa isa;
static pthread_barrier_t barrier;
/// Seconds of memcpy (the last row) and each case, by round.
static double seconds[MAX_CASES + 1][MAX_ROUNDS];

static void add(const char *encoding, const char *decoding, ckernels_conversion conversion) {
  cases[case_count++] = (conversion_case){encoding, conversion, 0};
  cases[case_count++] = (conversion_case){decoding, conversion, 1};
}

static void *run(void *argument) {
  const int thread = (int)(intptr_t)argument;
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(thread, &set);
  sched_setaffinity(0, sizeof set, &set);
  const size_t bytes = (size_t)elements * 4;
  float *values = aligned_alloc(4096, bytes), *other = aligned_alloc(4096, bytes);
  if (!values || !other) exit(70);
  for (ptrdiff_t i = 0; i < elements; i++) values[i] = (float)((uint32_t)i * 2654435761u >> 8) * 0x1p-21f - 4;
  memset(other, 1, bytes);
  // One round before the first that counts.
  for (int round = -1; round < rounds; round++) {
    for (int row = 0; row <= case_count; row++) {
      const conversion_case *c = &cases[row];
      pthread_barrier_wait(&barrier);
      const double begin = now();
      if (row == case_count)
        memcpy(other, values, bytes);
      else if (c->decodes)
        ckernels_decode(isa, &c->conversion, values, other, elements);
      else
        ckernels_encode(isa, &c->conversion, values, other, elements, 0);
      pthread_barrier_wait(&barrier);
      if (thread == 0 && round >= 0) seconds[row][round] = now() - begin;
    }
  }
  return NULL;
}

static int compare(const void *a, const void *b) {
  const double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

int main(int count, char **arguments) {
  if (count > 1) threads = atoi(arguments[1]);
  elements = (count > 2 ? atoi(arguments[2]) : 24) * (ptrdiff_t)1000000;
  if (count > 3) rounds = atoi(arguments[3]);
  if (threads < 1 || threads > MAX_THREADS || rounds < 1 || rounds > MAX_ROUNDS || elements < 1) return 64;
  add("FP32 -> BF16", "BF16 -> FP32", bf16);
  add("FP32 -> BF16, flushing", "BF16 -> FP32, flushing", bf16_flushed);
  add("FP32 -> FP16", "FP16 -> FP32", fp16);
  add("FP32 -> E4M3", "E4M3 -> FP32", e4m3);
  add("FP32 -> E5M2", "E5M2 -> FP32", e5m2);
  add("FP32 -> U8", "U8 -> FP32", u8);
  add("FP32 -> S8", "S8 -> FP32", s8);
  const ckernels_isa best = ckernels_isa_for_features(ckernels_cpu_features());
  for (isa = best; isa + 1 >= 1; isa--) {
    pthread_barrier_init(&barrier, NULL, (unsigned)threads);
    pthread_t ids[MAX_THREADS];
    for (int t = 1; t < threads; t++) pthread_create(&ids[t], NULL, run, (void *)(intptr_t)t);
    run((void *)0);
    for (int t = 1; t < threads; t++) pthread_join(ids[t], NULL);
    pthread_barrier_destroy(&barrier);
    double median[MAX_CASES + 1], least[MAX_CASES + 1];
    for (int row = 0; row <= case_count; row++) {
      qsort(seconds[row], (size_t)rounds, sizeof(double), compare);
      median[row] = seconds[row][rounds / 2];
      least[row] = seconds[row][0];
    }
    const double total = (double)elements * threads * 1e-9;
    printf("%s, %d thread%s, %.0f million elements each; memcpy %.1f GB/s\n",
      (const char *[]){"generic", "avx2", "avx512"}[isa], threads, threads > 1 ? "s" : "", (double)elements * 1e-6,
      8 * total / median[case_count]);
    printf("%-24s %8s %10s %8s\n", "conversion", "GB/s", "of memcpy", "at best");
    for (int row = 0; row < case_count; row++) {
      const double bytes = 4 + (double)ckernels_number_bytes(&cases[row].conversion.element);
      printf("%-24s %8.1f %9.2f %9.2f\n", cases[row].name, bytes * total / median[row],
        bytes / 8 * median[case_count] / median[row], bytes / 8 * least[case_count] / least[row]);
    }
    if (isa == CKERNELS_ISA_GENERIC) break;
  }
  return 0;
}
