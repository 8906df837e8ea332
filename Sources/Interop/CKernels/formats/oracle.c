// One element at a time, in FP64 and in the words of the formats' definitions: what the vectors are held against.
#include <math.h>

#include "plan.h"

ptrdiff_t ckernels_number_bytes(const ckernels_number *element) {
  return element->bits <= 8 ? 1 : element->bits <= 16 ? 2 : 4;
}

/// An FP32 operand or result of an operation that may flush.
static float flushed(const ckernels_conversion *conversion, float x) {
  return conversion->flushes_subnormals && fabsf(x) < 0x1p-126f ? copysignf(0, x) : x;
}

/// A non-negative number rounded to an integer. `t` is exact.
static double rounded(const ckernels_conversion *conversion, double t, uint64_t index) {
  const double whole = floor(t), part = t - whole;
  switch (conversion->rounding) {
  case CKERNELS_ROUNDING_NEAREST_EVEN:
    return part > 0.5 || (part == 0.5 && fmod(whole, 2) == 1) ? whole + 1 : whole;
  case CKERNELS_ROUNDING_TOWARD_ZERO:
    return whole;
  case CKERNELS_ROUNDING_NEAREST_AWAY:
    return part >= 0.5 ? whole + 1 : whole;
  case CKERNELS_ROUNDING_STOCHASTIC:
    break;
  }
  // Up where the part, cut to 31 bits, and 31 random bits add up to 1 or more.
  const double random = floor(random_bits(conversion->seed, index) / 2.0);
  return floor(part * 0x1p31) + random >= 0x1p31 ? whole + 1 : whole;
}

static uint32_t encode_integer(const ckernels_conversion *conversion, float y, uint64_t index) {
  const ckernels_number n = conversion->element;
  const double least = (double)n.least - conversion->zero_point, greatest = (double)n.greatest - conversion->zero_point;
  const double t = (double)y * exp2(n.fraction_bits);
  // The comparison fails for NaN.
  double q = t > least ? (t < greatest ? t : greatest) : least;
  q = copysign(rounded(conversion, fabs(q), index), q);
  const uint32_t code = (uint32_t)(int32_t)(q + conversion->zero_point);
  return n.bits < 32 ? code & ((1u << n.bits) - 1) : code;
}

static uint32_t encode_float(const ckernels_conversion *conversion, float y, uint64_t index) {
  const ckernels_number n = conversion->element;
  const int p = n.bits - 1 - n.exponent_bits;
  const uint32_t top = (1u << n.exponent_bits) - 1, fraction = (1u << p) - 1;
  const uint32_t sign = signbit(y) ? 1u << (n.bits - 1) : 0;
  const uint32_t all = top << p | fraction, infinity = top << p;
  uint32_t greatest = all, beyond = all;
  if (n.specials == CKERNELS_SPECIALS_IEEE) (greatest = infinity - 1, beyond = infinity);
  if (n.specials == CKERNELS_SPECIALS_ONE_NAN) greatest = all - 1;
  if (conversion->saturates) beyond = greatest;

  if (isnan(y)) {
    uint32_t bits;
    __builtin_memcpy(&bits, &y, sizeof bits);
    if (n.specials != CKERNELS_SPECIALS_IEEE) return sign | all;
    return sign | infinity | 1u << (p - 1) | (bits >> (23 - p) & fraction);
  }
  if (isinf(y)) return sign | beyond;
  const double magnitude = fabs((double)y);
  if (magnitude == 0) return sign;

  // The exponent of the quantum, and the number of quanta: a number with a leading 1 has at least 2^p of them.
  int exponent = ilogb(magnitude);
  if (exponent < 1 - n.bias) exponent = 1 - n.bias;
  const uint32_t quanta = (uint32_t)rounded(conversion, ldexp(magnitude, p - exponent), index);
  // Counted from the least exponent, whose subnormal numbers have the exponent field 0, codes follow the numbers.
  const uint32_t code = ((uint32_t)(exponent - (1 - n.bias)) << p) + quanta;
  // Rounding toward zero carries no finite number beyond the largest one (IEEE 754-2019, 7.4).
  if (code > greatest) return sign | (conversion->rounding == CKERNELS_ROUNDING_TOWARD_ZERO ? greatest : beyond);
  return sign | (conversion->flushes_subnormals && code >> p == 0 ? 0 : code);
}

uint32_t ckernels_encode_one(const ckernels_conversion *conversion, float x, uint64_t index) {
  const float reciprocal = 1.0f / conversion->scale;
  const float y = flushed(conversion, flushed(conversion, x) * reciprocal);
  if (conversion->element.exponent_bits == 0) return encode_integer(conversion, y, index);
  return encode_float(conversion, y, index);
}

float ckernels_decode_one(const ckernels_conversion *conversion, uint32_t code) {
  const ckernels_number n = conversion->element;
  if (n.exponent_bits == 0) {
    const int64_t wrap = n.least < 0 && code >> (n.bits - 1) ? (int64_t)1 << n.bits : 0;
    return (float)ldexp((double)((int64_t)code - wrap - conversion->zero_point), -n.fraction_bits);
  }
  const int p = n.bits - 1 - n.exponent_bits;
  const uint32_t top = (1u << n.exponent_bits) - 1, exponent = code >> p & top, fraction = code & ((1u << p) - 1);
  const int negative = code >> (n.bits - 1) & 1;
  const int is_nan = n.specials == CKERNELS_SPECIALS_IEEE      ? exponent == top && fraction
                     : n.specials == CKERNELS_SPECIALS_ONE_NAN ? exponent == top && fraction == (1u << p) - 1
                                                               : 0;
  if (is_nan) {
    const uint32_t payload = n.specials == CKERNELS_SPECIALS_IEEE ? fraction << (23 - p) : 0;
    const uint32_t bits = (uint32_t)negative << 31 | 0x7fc00000 | payload;
    float nan;
    __builtin_memcpy(&nan, &bits, sizeof nan);
    return nan;
  }
  double magnitude =
    exponent ? ldexp(1 + ldexp(fraction, -p), (int)exponent - n.bias) : ldexp(fraction, 1 - n.bias - p);
  if (n.specials == CKERNELS_SPECIALS_IEEE && exponent == top) magnitude = INFINITY;
  return (float)(negative ? -magnitude : magnitude);
}
