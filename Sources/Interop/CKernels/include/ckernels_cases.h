#pragma once
#include <stddef.h>
#include <stdint.h>

#include "ckernels_contracts.h"

/// Operands on which implementations of a contract could differ, and the count of those on which they do.

/// Fills steps `first` ..< `first + count`: an accumulator and a group of a and of b for each. What a case is depends
/// on the accumulation, the seed and its number alone, so that every machine tries the same.
///
/// A sixteenth of the cases are of any bits. The others are made so that something happens that any bits hardly ever
/// do: numbers of like size, sums that cancel, ties and their neighbours, results around the least normal number and
/// around the greatest, infinities, NaNs with payloads, signed zeros and subnormals in every place; for integers
/// extremes, pairs around the limits of 16 bits and sums around those of 32.
void ckernels_accumulation_cases(ckernels_accumulation accumulation, uint64_t seed, uint64_t first,
  uint32_t *accumulators, void *a, void *b, ptrdiff_t count);

/// Fills steps `first` ..< `first + count` of the 2^31 that have every pair (u8, s8) x (u8, s8) there is once, two in
/// each; accumulators are of any bits. For CKERNELS_ACCUMULATION_S16_SATURATING_PAIRS.
void ckernels_every_pair(uint64_t seed, uint64_t first, uint32_t *accumulators, void *a, void *b, ptrdiff_t count);

/// How codes are ordered.
typedef enum ckernels_code_kind {
  CKERNELS_CODES_FP32 = 0,
  CKERNELS_CODES_FP16 = 1,
  CKERNELS_CODES_BF16 = 2,
  CKERNELS_CODES_S32 = 3,
} ckernels_code_kind;

enum {
  /// How far a result is off, in units in the last place: 0, 1, 2, 3 - 4, 5 - 16, 17 - 256, 257 - 65536, more, and
  /// those
  /// that no distance describes, because one or both are NaN.
  CKERNELS_DISTANCE_BUCKETS = 9,
};

/// What a comparison found.
typedef struct ckernels_comparison {
  int64_t compared;
  /// Results of other bits. +0 and -0 are 1 apart.
  int64_t mismatches;
  int64_t distances[CKERNELS_DISTANCE_BUCKETS];
} ckernels_comparison;

/// Compares codes in words, adds to `comparison`, and returns the first index at which they differ, or -1.
ptrdiff_t ckernels_compare_words(
  ckernels_code_kind kind, const uint32_t *want, const uint32_t *got, ptrdiff_t count, ckernels_comparison *comparison);

/// The same for codes in half words.
ptrdiff_t ckernels_compare_half_words(
  ckernels_code_kind kind, const uint16_t *want, const uint16_t *got, ptrdiff_t count, ckernels_comparison *comparison);
