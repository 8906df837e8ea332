#pragma once
#include <stdint.h>

/// Fused multiply-add of any binary floating-point format up to FP64 by integer arithmetic alone: nothing depends on
/// the host's rounding mode, on its handling of subnormals, on what it does with NaNs or on what a compiler contracts.
///
/// Source: IEEE 754-2019, section 5.4.1 (fusedMultiplyAdd) and 4.3.1 (roundTiesToEven); Intel 64 and IA-32
/// Architectures Software Developer's Manual, volume 1, for what the standard leaves open: which NaN a result is, and
/// that tininess is found after rounding.

/// A format as its arithmetic needs it. Passed as a constant, so that the compiler makes a copy for each.
typedef struct format {
  /// Bits of the fraction and of the exponent; the bias is that of IEEE 754.
  int fraction_bits, exponent_bits;
  /// Whether subnormal operands count as zeros of their sign, and tiny results become zeros of theirs.
  int flushes;
} format;

static const format FP16 = {10, 5, 0}, FP32 = {23, 8, 0}, FP32_FLUSHED = {23, 8, 1}, FP64 = {52, 11, 0};

/// What a code is.
typedef enum kind { ZERO, FINITE, INFINITE, NOT_A_NUMBER } kind;

/// A code taken apart: (-1)^sign * significand * 2^exponent where it is finite.
typedef struct value {
  kind kind;
  uint32_t sign;
  int exponent;
  uint64_t significand;
} value;

static inline uint64_t highest_fraction_bit(format f) { return UINT64_C(1) << (f.fraction_bits - 1); }
static inline uint64_t exponent_mask(format f) { return (UINT64_C(1) << f.exponent_bits) - 1; }
static inline int exponent_bias(format f) { return (1 << (f.exponent_bits - 1)) - 1; }
static inline uint64_t signed_code(format f, uint32_t sign, uint64_t magnitude) {
  return (uint64_t)sign << (f.fraction_bits + f.exponent_bits) | magnitude;
}
static inline uint64_t infinity_code(format f, uint32_t sign) {
  return signed_code(f, sign, exponent_mask(f) << f.fraction_bits);
}
/// What invalid operations give: the quiet NaN with the sign set and no payload.
static inline uint64_t indefinite_code(format f) { return infinity_code(f, 1) | highest_fraction_bit(f); }

static inline value value_of(format f, uint64_t code) {
  const uint64_t fraction = code & ((UINT64_C(1) << f.fraction_bits) - 1);
  const int stored = (int)(code >> f.fraction_bits & exponent_mask(f));
  value v = {FINITE, (uint32_t)(code >> (f.fraction_bits + f.exponent_bits) & 1), 0, fraction};
  if (stored == (int)exponent_mask(f)) {
    v.kind = fraction != 0 ? NOT_A_NUMBER : INFINITE;
  } else if (stored == 0) {
    if (fraction == 0 || f.flushes) {
      v.kind = ZERO;
      v.significand = 0;
    }
    v.exponent = 1 - exponent_bias(f) - f.fraction_bits;
  } else {
    v.significand |= UINT64_C(1) << f.fraction_bits;
    v.exponent = stored - exponent_bias(f) - f.fraction_bits;
  }
  return v;
}

/// n >> count, the lowest bit of the result set where bits that are not 0 were lost.
static inline uint64_t shifted_right_sticky(uint64_t n, int count) {
  if (count <= 0) return n;
  if (count > 63) return n != 0;
  return n >> count | ((n & ((UINT64_C(1) << count) - 1)) != 0);
}

/// n >> count to the nearest, ties to even; 0 <= count.
static inline uint64_t shifted_right_rounded(uint64_t n, int count) {
  if (count == 0) return n;
  if (count > 64) return 0;
  if (count == 64) return n > UINT64_C(1) << 63;
  const uint64_t half = UINT64_C(1) << (count - 1), lost = n & ((half << 1) - 1), kept = n >> count;
  return kept + (lost > half || (lost == half && (kept & 1)));
}

/// The code nearest to (-1)^sign * significand * 2^exponent, significand > 0; ties to even, too large to infinity.
static inline uint64_t rounded(format f, uint32_t sign, uint64_t significand, int exponent) {
  const int top = 63 - __builtin_clzll(significand);
  const int least = 1 - exponent_bias(f);
  // The exponent of a leading digit, and of the last digit that the format keeps there.
  int leading = exponent + top;
  int last = leading - f.fraction_bits;
  if (leading < least && !f.flushes) last = least - f.fraction_bits;
  uint64_t kept =
    last <= exponent ? significand << (exponent - last) : shifted_right_rounded(significand, last - exponent);
  if (kept >> (f.fraction_bits + 1)) {
    kept >>= 1;
    leading++;
  }
  if (leading < least) {
    // Tininess is judged after rounding to as many digits as normal numbers have. The sum below carries into the
    // exponent where a subnormal rounds to the least normal number.
    return signed_code(f, sign, f.flushes ? 0 : kept);
  }
  const uint64_t stored = (uint64_t)(leading + exponent_bias(f));
  if (stored >= exponent_mask(f)) return infinity_code(f, sign);
  return signed_code(f, sign, (stored << f.fraction_bits) + (kept - (UINT64_C(1) << f.fraction_bits)));
}

/// The rounded sum of two finite values that are not both zero, of significands below 2^54.
static inline uint64_t rounded_sum(format f, value x, value y) {
  if (x.kind == ZERO) return rounded(f, y.sign, y.significand, y.exponent);
  if (y.kind == ZERO) return rounded(f, x.sign, x.significand, x.exponent);
  // Both with their leading digit in bit 61: at least 8 bits below the significands are 0, so what a shift by one
  // loses is nothing, and what a longer one loses is far below the digits that remain after a subtraction.
  const int x_shift = __builtin_clzll(x.significand) - 2, y_shift = __builtin_clzll(y.significand) - 2;
  x.significand <<= x_shift;
  x.exponent -= x_shift;
  y.significand <<= y_shift;
  y.exponent -= y_shift;
  if (y.exponent > x.exponent || (y.exponent == x.exponent && y.significand > x.significand)) {
    const value larger = y;
    y = x;
    x = larger;
  }
  const uint64_t smaller = shifted_right_sticky(y.significand, x.exponent - y.exponent);
  const uint64_t sum = x.sign == y.sign ? x.significand + smaller : x.significand - smaller;
  // Numbers that cancel give +0 in this rounding.
  return sum == 0 ? 0 : rounded(f, x.sign, sum, x.exponent);
}

/// a * b + c, rounded once: a and b codes of `operands`, c and the result codes of `sums`.
///
/// A NaN operand gives itself, quieted; of several a comes first, then b, then c. Infinity times zero gives the
/// indefinite NaN unless c is a NaN. Every x86 fused multiply-add that is written `op c, a, b` (form 231) does so.
/// Significands of the product must fit 53 bits: operands are FP32 or smaller.
static inline uint64_t fused(format operands, format sums, uint64_t a_code, uint64_t b_code, uint64_t c_code) {
  const value a = value_of(operands, a_code), b = value_of(operands, b_code), c = value_of(sums, c_code);
  const uint32_t sign = a.sign ^ b.sign;
  if (__builtin_expect(a.kind >= INFINITE || b.kind >= INFINITE || c.kind >= INFINITE, 0)) {
    if (a.kind == NOT_A_NUMBER || b.kind == NOT_A_NUMBER) {
      const uint64_t code = a.kind == NOT_A_NUMBER ? a_code : b_code;
      const value nan = a.kind == NOT_A_NUMBER ? a : b;
      const uint64_t payload = (code & ((UINT64_C(1) << operands.fraction_bits) - 1))
                               << (sums.fraction_bits - operands.fraction_bits);
      return infinity_code(sums, nan.sign) | highest_fraction_bit(sums) | payload;
    }
    if (c.kind == NOT_A_NUMBER) return c_code | highest_fraction_bit(sums);
    const int is_infinite = a.kind == INFINITE || b.kind == INFINITE;
    if (is_infinite && (a.kind == ZERO || b.kind == ZERO)) return indefinite_code(sums);
    if (is_infinite && c.kind == INFINITE && c.sign != sign) return indefinite_code(sums);
    return infinity_code(sums, is_infinite ? sign : c.sign);
  }
  const value product = {
    a.kind == ZERO || b.kind == ZERO ? ZERO : FINITE, sign, a.exponent + b.exponent, a.significand * b.significand};
  if (product.kind == ZERO && c.kind == ZERO) return signed_code(sums, sign & c.sign, 0);
  return rounded_sum(sums, product, c);
}

/// x + y, rounded once; NaNs as above, x first.
static inline uint64_t added(format f, uint64_t x, uint64_t y) {
  const uint64_t one = (uint64_t)exponent_bias(f) << f.fraction_bits;
  return fused(f, f, x, one, y);
}

/// The code of `to` nearest to a code of `from`; a NaN keeps the digits of its payload that fit, quieted.
static inline uint64_t converted(format from, format to, uint64_t code) {
  const value v = value_of(from, code);
  switch (v.kind) {
  case ZERO:
    return signed_code(to, v.sign, 0);
  case INFINITE:
    return infinity_code(to, v.sign);
  case NOT_A_NUMBER: {
    const uint64_t fraction = code & ((UINT64_C(1) << from.fraction_bits) - 1);
    const int fewer = from.fraction_bits - to.fraction_bits;
    const uint64_t payload = fewer > 0 ? fraction >> fewer : fraction << -fewer;
    return infinity_code(to, v.sign) | highest_fraction_bit(to) | payload;
  }
  case FINITE:
    break;
  }
  return rounded(to, v.sign, v.significand, v.exponent);
}
