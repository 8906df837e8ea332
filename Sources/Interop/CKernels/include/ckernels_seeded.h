#pragma once
#include <stddef.h>
#include <stdint.h>

/// Seeded values, bit for bit the same on every machine: integers from a counter, then only IEEE 754 basic operations
/// in FP64 and one rounding to FP32. A stream is a 64-bit key; each function reads it from the counter it is given.

/// The SplitMix64 finaliser (Steele, Lea and Flood 2014).
uint64_t ckernels_seeded_mix(uint64_t value);

/// The 64 bits of a stream at a counter.
uint64_t ckernels_seeded_bits(uint64_t stream, uint64_t counter);

/// dst[i] = c(i) * scale + offset, where c(i) is the sum of the four 16-bit fields of the stream's bits at i, minus
/// 131070: nearly normal (Irwin-Hall of order 4) with mean 0 and variance (2^32 - 1) / 3.
void ckernels_seeded_normal(uint64_t stream, double scale, double offset, float *dst, ptrdiff_t count);

/// dst (rows, columns): the same c(i), each row shifted and scaled to mean 0 and Euclidean norm `gain`. Row sums are
/// exact integers, so their order does not matter. Columns at most 2^28; a row of equal values becomes 0.
void ckernels_seeded_standardized(uint64_t stream, double gain, float *dst, ptrdiff_t rows, ptrdiff_t columns);

/// dst (channels, size, size): four octaves of bilinear patterns and pixel noise, mean near 0 and variance near 1.
void ckernels_seeded_image(uint64_t stream, float *dst, ptrdiff_t channels, ptrdiff_t size);
