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

// MARK: Products of the numerics contracts

enum {
  /// In the place of a result's format: the sums themselves, in 32 bits.
  KERNELDIGESTS_SUMS = -1,
  KERNELDIGESTS_MOST_DEPTH = 130,
};

/// What operands are like. All signs, and integers that come near what they can be.
typedef enum kerneldigests_operands {
  /// A few orders of magnitude.
  KERNELDIGESTS_ORDINARY = 0,
  /// Few digits, so that many sums lie halfway between two numbers.
  KERNELDIGESTS_TIES = 1,
  /// Products around the least normal number.
  KERNELDIGESTS_TINY = 2,
  /// Sums around the greatest number.
  KERNELDIGESTS_HUGE = 3,
  /// Ordinary numbers and, among them, zeros, subnormal numbers, infinities and NaNs of both kinds.
  KERNELDIGESTS_MIXED = 4,
  KERNELDIGESTS_ANY_BITS = 5,
} kerneldigests_operands;

enum { KERNELDIGESTS_OPERANDS_COUNT = 6 };

/// The accumulation whose bits a matrix kernel promises, or -1: FP32 without FMA adds rounded products.
int kerneldigests_accumulation(const ckernels_gemm_kernel *kernel);

/// The digest of `count` of the oracle's steps on the cases of ckernels_cases.h. Nothing counts as another: NaN
/// payloads and signs of zeros are promised.
uint64_t kerneldigests_steps(ckernels_accumulation accumulation, ptrdiff_t count);

/// The digest of nine products, of 1, 7 and 13 rows and 1, 17 and 70 columns, of a kernel of that accumulation or,
/// where it is NULL, of the oracle; 0 where a kernel's panels do not fit.
///
/// `result` is KERNELDIGESTS_SUMS or, for kernels, the ckernels_format_kind in which finished results are stored:
/// scaled, with a bias and a residual of that format, but no activation (only bounds have the same bits at every level;
/// others are held to an error). Nothing counts as another here either. `depth` is at most KERNELDIGESTS_MOST_DEPTH.
uint64_t kerneldigests_products(const ckernels_gemm_kernel *kernel, ckernels_accumulation accumulation,
  kerneldigests_operands operands, ptrdiff_t depth, int result);
