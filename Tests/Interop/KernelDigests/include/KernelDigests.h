#pragma once
#include "CKernels.h"

/// Digests of what kernels compute: tests compare them with golden ones, and scripts/check-optimisation-levels between
/// compilers' settings.
///
/// A digest is the sum, modulo 2^64, of SplitMix64's mixing function of every (place << 32 | bits): it does not depend
/// on the order in which it is added, so that NumPy can form it too.

enum {
  /// In the place of an instruction-set level: one element after the other, by the oracle.
  KERNELDIGESTS_ORACLE = -1,
  /// Patterns of the bits below those that are exhaustive.
  KERNELDIGESTS_PATTERNS = 10,
};

/// The digest of `count` words.
uint64_t kerneldigests_of_words(const uint32_t *words, ptrdiff_t count, uint64_t first);

/// Value `index` of the inputs: every combination of the upper `exhaustive_bits` bits (at most 20), each with
/// KERNELDIGESTS_PATTERNS patterns below that lie on and around ties.
float kerneldigests_input(int exhaustive_bits, uint64_t index);

/// The digest of the codes of all those inputs. NaN counts as the default one of its sign where the format has one, and
/// as code 0 where it has none.
uint64_t kerneldigests_encode(int level, const ckernels_conversion *conversion, int exhaustive_bits);

/// The digest of decode(encode(x)) of all those inputs, as the encoding's.
uint64_t kerneldigests_quantise(int level, const ckernels_conversion *conversion, int exhaustive_bits);

/// The digest of the values of all codes of at most 16 bits; NaN counts as 0x7fc00000 with its sign.
uint64_t kerneldigests_decode(int level, const ckernels_conversion *conversion);

/// The digest of the real values of 512 lines of 100 made-up values in blocks of 32, once with their elements next to
/// each other and once across: both must give the same, else it is 0. NaN counts as 0x7fc00000.
uint64_t kerneldigests_blocks(int level, const ckernels_conversion *conversion, ckernels_block_scale kind);

/// Element `index` of those lines: any sign and fraction, with exponents near each other within a line, and now and
/// then far from each other, zero or NaN.
float kerneldigests_block_input(uint64_t index);
