#pragma once
#include <stddef.h>
#include <stdint.h>

#include "ckernels_types.h"

/// Elements of every number format, and conversions between them and FP32, bit for bit the same at every level.
///
/// A *code* is an element's bits in the lowest bits of an integer, sign highest.

/// What the highest codes of a floating-point format mean.
typedef enum ckernels_specials {
  /// The highest exponent holds infinities and NaNs (IEEE 754).
  CKERNELS_SPECIALS_IEEE = 0,
  /// Only the code with every bit of exponent and fraction set is NaN; no infinities (OCP E4M3).
  CKERNELS_SPECIALS_ONE_NAN = 1,
  /// Every code is a finite number (OCP MX elements).
  CKERNELS_SPECIALS_NONE = 2,
} ckernels_specials;

/// What one element is.
typedef struct ckernels_number {
  /// Bits of a code, sign included: 4 to 32 for floats, at most 16 for others.
  int32_t bits;
  /// Bits of the exponent, at most 8; 0 for integers and fixed-point numbers.
  int32_t exponent_bits;
  /// What is subtracted from the stored exponent of floats.
  int32_t bias;
  ckernels_specials specials;
  /// Integers: the least and the greatest that are used.
  int32_t least, greatest;
  /// Fixed-point numbers: bits behind the binary point (MXINT8: 6); 0 for integers.
  int32_t fraction_bits;
} ckernels_number;

/// Which neighbour a value between two representable ones becomes.
typedef enum ckernels_rounding {
  CKERNELS_ROUNDING_NEAREST_EVEN = 0,
  CKERNELS_ROUNDING_TOWARD_ZERO = 1,
  CKERNELS_ROUNDING_NEAREST_AWAY = 2,
  /// Up with the probability of the distance from the lower neighbour, in steps of 2^-31 of the neighbours' distance;
  /// element i draws its random bits from the seed and i alone.
  CKERNELS_ROUNDING_STOCHASTIC = 3,
} ckernels_rounding;

/// How an FP32 value becomes an element: y = x * (1 / scale), the reciprocal and the product each rounded to FP32 once
/// (scale 1 changes nothing), rounded to the element's numbers as if they went on without end, then what is too large.
///
/// Integers are round(y) + zero_point, clamped to least ... greatest; fixed-point numbers round y * 2^fraction_bits.
///
/// Too large are floats beyond the greatest finite value after rounding, and infinities. Rounding toward zero alone
/// takes finite values no further than the greatest finite one (IEEE 754-2019, 7.4), as VCVTPS2PH does.
///
/// NaN keeps its sign and the upper bits of its payload, quieted, as VCVTNEPS2BF16 and VCVTPS2PH do (ml_dtypes returns
/// the default NaN of that sign instead, and NumPy's FP16 leaves a signalling NaN as it is); E4M3 has one NaN of either
/// sign. Formats without NaN and integers have none: a float becomes the largest magnitude with its sign (in ml_dtypes
/// a zero), an integer the least; callers that must not hide one look first (ckernels_count_not_finite).
///
/// Flushing: subnormal x, subnormal y and results that would be subnormal become zeros of their sign. BF16 to nearest
/// even with flushing is VCVTNEPS2BF16.
typedef struct ckernels_conversion {
  ckernels_number element;
  ckernels_rounding rounding;
  /// Whether subnormal operands and results become zeros of their sign.
  int32_t flushes_subnormals;
  /// Whether what is too large becomes the largest finite value; else infinity, or NaN where there is none.
  int32_t saturates;
  uint64_t seed;
  /// At least 2^-126, so that its reciprocal is finite.
  float scale;
  /// One of the element's integers; 0 for floats and fixed-point numbers.
  int32_t zero_point;
} ckernels_conversion;

/// Bytes in which arrays hold an element: 1, 2 or 4, the least that the code fits.
ptrdiff_t ckernels_number_bytes(const ckernels_number *element);

// MARK: One element, the oracle.

/// The code of element `index` with value `x`.
uint32_t ckernels_encode_one(const ckernels_conversion *conversion, float x, uint64_t index);

/// The stored value of a code, before the scale: a float as it is with NaN quieted, an integer minus `zero_point`.
float ckernels_decode_one(const ckernels_conversion *conversion, uint32_t code);

// MARK: Arrays, by vectors of a level.

/// dst[i] = encode(src[i]), element `first` on (for stochastic rounding). dst is an array of ckernels_number_bytes.
void ckernels_encode(ckernels_isa isa, const ckernels_conversion *conversion, const float *src, void *dst,
  ptrdiff_t count, uint64_t first);

/// dst[i] = decode(src[i]) * scale, one FP32 multiplication.
void ckernels_decode(
  ckernels_isa isa, const ckernels_conversion *conversion, const void *src, float *dst, ptrdiff_t count);

/// dst[i] = decode(encode(src[i])) before the scale: what the emulator multiplies. dst may be src.
void ckernels_quantise(ckernels_isa isa, const ckernels_conversion *conversion, const float *src, float *dst,
  ptrdiff_t count, uint64_t first);

// MARK: Blocks that share a scale.

/// How the scale of a block is found and kept.
typedef enum ckernels_block_scale {
  /// A power of two, 2^(floor(log2(greatest magnitude)) - the element's greatest exponent), as an E8M0 code (bias 127;
  /// 255 is NaN; clamped to 0 ... 254). A block of zeros has code 0; a block with NaN or infinity has 255.
  CKERNELS_BLOCK_E8M0 = 0,
  /// Greatest magnitude / the element's greatest value in FP32 (1 where that is 0), at least 2^-126; NaN for a block
  /// with NaN or infinity.
  CKERNELS_BLOCK_FP32 = 1,
} ckernels_block_scale;

/// Lines of values whose consecutive `size` elements (the last block of a line may be shorter) share a scale: element k
/// of line l is src[l * line_stride + k * stride], and has index first + l * depth + k. dst is laid out like src and
/// gets the real values, scale included: what the emulator multiplies. A block whose scale is NaN is all NaN. dst may
/// be src. The conversion's own scale and zero point do not matter.
void ckernels_quantise_blocks(ckernels_isa isa, const ckernels_conversion *conversion, ckernels_block_scale kind,
  ptrdiff_t size, const float *src, float *dst, ptrdiff_t lines, ptrdiff_t line_stride, ptrdiff_t depth,
  ptrdiff_t stride, uint64_t first);

/// One contiguous line as codes and scales: `scales` gets an E8M0 byte or an FP32 for each block. Blocks whose scale
/// is NaN have codes 0.
void ckernels_encode_blocks(const ckernels_conversion *conversion, ckernels_block_scale kind, ptrdiff_t size,
  const float *src, void *codes, void *scales, ptrdiff_t count, uint64_t first);

/// The real values of such a line.
void ckernels_decode_blocks(const ckernels_conversion *conversion, ckernels_block_scale kind, ptrdiff_t size,
  const void *codes, const void *scales, float *dst, ptrdiff_t count);

/// How many of the values are NaN or infinite.
ptrdiff_t ckernels_count_not_finite(ckernels_isa isa, const float *src, ptrdiff_t count);
