#include "ckernels_seeded.h"

#include <math.h>

/// Golden-ratio increment of SplitMix64.
#define INCREMENT UINT64_C(0x9E3779B97F4A7C15)

/// The loops over counters are compiled once per level and chosen when the program starts, because vectors of 64-bit
/// products make them 6 times faster (AVX-512, 2026-11-21) and a large model has 334 million values. All levels give
/// the same bits: the operations are integer, or IEEE 754 without contraction. Not where threads are sanitized: what
/// chooses would be instrumented and runs before the sanitizer's runtime does.
#if defined(__x86_64__) && defined(__linux__) && !__has_feature(thread_sanitizer)
#define EACH_LEVEL __attribute__((target_clones("avx512dq", "avx2", "default")))
#else
#define EACH_LEVEL
#endif

uint64_t ckernels_seeded_mix(uint64_t value) {
  value = (value ^ (value >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
  value = (value ^ (value >> 27)) * UINT64_C(0x94D049BB133111EB);
  return value ^ (value >> 31);
}

uint64_t ckernels_seeded_bits(uint64_t stream, uint64_t counter) {
  return ckernels_seeded_mix(stream + (counter + 1) * INCREMENT);
}

static inline int32_t centred(uint64_t stream, uint64_t counter) {
  uint64_t bits = ckernels_seeded_bits(stream, counter);
  // Fields 0 and 2, and fields 1 and 3, are added side by side in 32-bit halves; neither sum can carry out of its half.
  uint64_t pairs = (bits & UINT64_C(0x0000FFFF0000FFFF)) + ((bits >> 16) & UINT64_C(0x0000FFFF0000FFFF));
  return (int32_t)((pairs & 0xFFFFFFFF) + (pairs >> 32)) - 131070;
}

EACH_LEVEL
void ckernels_seeded_normal(uint64_t stream, double scale, double offset, float *dst, ptrdiff_t count) {
  for (ptrdiff_t i = 0; i < count; i++) {
    dst[i] = (float)((double)centred(stream, (uint64_t)i) * scale + offset);
  }
}

EACH_LEVEL
void ckernels_seeded_standardized(uint64_t stream, double gain, float *dst, ptrdiff_t rows, ptrdiff_t columns) {
  for (ptrdiff_t row = 0; row < rows; row++) {
    float *values = dst + row * columns;
    uint64_t first = (uint64_t)row * (uint64_t)columns;
    int64_t sum = 0, squares = 0;
    for (ptrdiff_t i = 0; i < columns; i++) {
      int64_t c = centred(stream, first + (uint64_t)i);
      sum += c;
      squares += c * c;
      values[i] = (float)c; // |c| <= 131070 is exact
    }
    double mean = (double)sum / (double)columns;
    double spread = (double)squares - mean * mean * (double)columns;
    double scale = spread > 0 ? gain / sqrt(spread) : 0;
    for (ptrdiff_t i = 0; i < columns; i++) values[i] = (float)(((double)values[i] - mean) * scale);
  }
}

/// Cells per side and amplitude of each octave: about 1/f, as in photographs. With NOISE the variance is close to 1.
static const struct {
  int cells;
  double amplitude;
} octaves[] = {{2, 1.0}, {4, 0.7}, {8, 0.5}, {16, 0.35}};
enum { OCTAVES = sizeof octaves / sizeof octaves[0] };
#define NOISE 0.4

/// Counters of one octave and channel start here; the noise counts as one octave more.
static uint64_t base(ptrdiff_t octave, ptrdiff_t channel) {
  return ((uint64_t)octave << 40) + ((uint64_t)channel << 32);
}

void ckernels_seeded_image(uint64_t stream, float *dst, ptrdiff_t channels, ptrdiff_t size) {
  const double sigma = sqrt((4294967296.0 - 1.0) / 3.0);
  for (ptrdiff_t channel = 0; channel < channels; channel++) {
    double grids[OCTAVES][17 * 17];
    for (int octave = 0; octave < OCTAVES; octave++) {
      int side = octaves[octave].cells + 1;
      for (int i = 0; i < side * side; i++) {
        grids[octave][i] = (double)centred(stream, base(octave, channel) + (uint64_t)i) / sigma;
      }
    }
    for (ptrdiff_t y = 0; y < size; y++) {
      for (ptrdiff_t x = 0; x < size; x++) {
        double value = 0;
        for (int octave = 0; octave < OCTAVES; octave++) {
          ptrdiff_t cells = octaves[octave].cells, side = cells + 1;
          ptrdiff_t at_y = (2 * y + 1) * cells, at_x = (2 * x + 1) * cells;
          double part_y = (double)(at_y % (2 * size)) / (double)(2 * size);
          double part_x = (double)(at_x % (2 * size)) / (double)(2 * size);
          const double *cell = grids[octave] + at_y / (2 * size) * side + at_x / (2 * size);
          double upper = (1.0 - part_x) * cell[0] + part_x * cell[1];
          double lower = (1.0 - part_x) * cell[side] + part_x * cell[side + 1];
          value += octaves[octave].amplitude * ((1.0 - part_y) * upper + part_y * lower);
        }
        ptrdiff_t pixel = y * size + x;
        value += NOISE * ((double)centred(stream, base(OCTAVES, channel) + (uint64_t)pixel) / sigma);
        dst[channel * size * size + pixel] = (float)value;
      }
    }
  }
}
