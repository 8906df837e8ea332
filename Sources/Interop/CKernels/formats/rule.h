#pragma once
#include "plan.h"

/// How the scales of blocks follow from their greatest magnitudes.
typedef struct block_rule {
  ckernels_block_scale kind;
  ckernels_rounding rounding;
  /// The exponent of the element's greatest magnitude as a power of two.
  int32_t greatest_exponent;
  /// The element's greatest magnitude.
  float greatest;
} block_rule;

/// The scale of a block, what it is multiplied with, and the code of an E8M0 scale. All NaN where the block has none.
typedef struct block_scale {
  float scale, reciprocal;
  uint8_t code;
} block_scale;

enum { E8M0_NAN = 255, E8M0_BIAS = 127 };

static inline uint32_t bits_of_float(float value) {
  uint32_t bits;
  __builtin_memcpy(&bits, &value, sizeof bits);
  return bits;
}

static inline float float_of_bits(uint32_t bits) {
  float value;
  __builtin_memcpy(&value, &bits, sizeof value);
  return value;
}

static inline block_rule rule_of(const ckernels_conversion *conversion, ckernels_block_scale kind) {
  const ckernels_number n = conversion->element;
  ckernels_conversion unscaled = *conversion;
  unscaled.scale = 1;
  unscaled.zero_point = 0;
  const uint32_t code = n.exponent_bits ? plan_of(&unscaled).greatest : (uint32_t)n.greatest;
  const float greatest = ckernels_decode_one(&unscaled, code);
  return (block_rule){kind, conversion->rounding, (int32_t)(bits_of_float(greatest) >> 23) - 127, greatest};
}

/// The value of an E8M0 code, or with `inverse` its reciprocal: 2^-127 is subnormal, the others are not.
static inline float e8m0_value(int code, int inverse) {
  if (code == E8M0_NAN) return __builtin_nanf("");
  const int exponent = inverse ? E8M0_BIAS - code : code - E8M0_BIAS;
  return exponent < -126 ? 0x1p-127f : power_of_two(exponent);
}

/// `magnitude`: the bits of the block's greatest magnitude.
static inline block_scale scale_of_block(const block_rule *rule, uint32_t magnitude) {
  const float nan = __builtin_nanf("");
  if (magnitude >= 0x7f800000) return (block_scale){nan, nan, E8M0_NAN};
  if (rule->kind == CKERNELS_BLOCK_E8M0) {
    // Subnormal magnitudes have exponents below -126, and so do their scales: code 0 whatever they are, unless the
    // element's greatest exponent is negative, which no format's is.
    int code = (int)(magnitude >> 23) - rule->greatest_exponent;
    code = code < 0 ? 0 : code;
    return (block_scale){e8m0_value(code, 0), e8m0_value(code, 1), (uint8_t)code};
  }
  const float least = 0x1p-126f, quotient = float_of_bits(magnitude) / rule->greatest;
  const float scale = magnitude == 0 ? 1 : quotient < least ? least : quotient;
  return (block_scale){scale, 1 / scale, 0};
}
