#pragma once
#include "ckernels_formats.h"

/// What loops over elements are compiled for.
typedef enum element_kind {
  /// Integers and fixed-point numbers.
  INTEGERS,
  /// Floats with FP32's exponents: a code is the upper part of FP32's bits.
  WIDE_FLOATS,
  /// Floats with at most 5 exponent bits: FP32 holds their numbers and 2^24 times as much.
  NARROW_FLOATS,
} element_kind;

/// A conversion with everything worked out that does not depend on the values.
typedef struct conversion_plan {
  element_kind kind;
  int flushes;
  /// 1 / scale.
  float reciprocal;
  float scale;
  uint64_t seed;
  int32_t bits;

  /// Floats: bits of the fraction, and of FP32's fraction that are dropped.
  int32_t fraction_bits, shift;
  /// FP32's exponent field of the least normal value.
  int32_t least_exponent;
  /// What turns the upper bits of an FP32 number into a code: the biases' difference at the exponent's place.
  uint32_t exponent_offset;
  /// Codes without sign: the greatest finite magnitude, what a finite one beyond it becomes, what infinity becomes.
  uint32_t greatest, overflow, infinite;
  /// NaN: these bits, and those of the payload that fit.
  uint32_t nan, payload;
  /// Narrow floats: the least magnitude code that is no number, and what makes FP32's bits of it: the bits to keep of
  /// those that stand at FP32's places, and what is added.
  uint32_t special, special_keep, special_add;
  /// The same for numbers with a leading 1.
  uint32_t number_add;
  /// The bits of the value that NaN gets: these, and those of its own under the mask.
  uint32_t nan_value, nan_mask;
  /// Values: the greatest finite one, what is beyond it, the least normal one.
  float greatest_value, infinite_value, least_normal;
  /// Narrow floats: bits of a magnitude beyond all of them, to which everything above is cut.
  uint32_t ceiling;

  /// Integers: the bounds without the zero point, as floats, and the zero point.
  float low, high;
  int32_t zero_point;
  /// 2^fraction_bits of fixed-point numbers and its reciprocal; 1 for integers.
  float points, point;
  /// What an element's sign bit is worth; 0 where elements have no sign.
  int32_t sign;
} conversion_plan;

/// 2^exponent, -126 ... 127.
static inline float power_of_two(int exponent) {
  const uint32_t bits = (uint32_t)(exponent + 127) << 23;
  float value;
  __builtin_memcpy(&value, &bits, sizeof value);
  return value;
}

static inline conversion_plan plan_of(const ckernels_conversion *conversion) {
  const ckernels_number n = conversion->element;
  conversion_plan plan = {
    .kind = n.exponent_bits == 0   ? INTEGERS
            : n.exponent_bits == 8 ? WIDE_FLOATS
                                   : NARROW_FLOATS,
    .flushes = conversion->flushes_subnormals != 0,
    .scale = conversion->scale,
    .reciprocal = 1.0f / conversion->scale,
    .seed = conversion->seed,
    .bits = n.bits,
    .points = 1,
    .point = 1,
  };
  if (plan.kind == INTEGERS) {
    plan.low = (float)(n.least - conversion->zero_point);
    plan.high = (float)(n.greatest - conversion->zero_point);
    plan.zero_point = conversion->zero_point;
    plan.points = power_of_two(n.fraction_bits);
    plan.point = power_of_two(-n.fraction_bits);
    plan.sign = n.least < 0 ? 1 << (n.bits - 1) : 0;
    return plan;
  }
  const int p = plan.fraction_bits = n.bits - 1 - n.exponent_bits;
  plan.shift = 23 - p;
  plan.least_exponent = 128 - n.bias;
  plan.exponent_offset = (uint32_t)(127 - n.bias) << p;
  plan.number_add = (uint32_t)(127 - n.bias) << 23;
  plan.least_normal = power_of_two(1 - n.bias);
  const uint32_t all = (1u << (n.bits - 1)) - 1, fraction = (1u << p) - 1;
  plan.special = INT32_MAX;
  float beyond = __builtin_inff();
  switch (n.specials) {
  case CKERNELS_SPECIALS_IEEE:
    plan.greatest = all - fraction - 1;
    plan.infinite = plan.special = plan.greatest + 1;
    plan.nan = plan.infinite | 1u << (p - 1);
    plan.payload = fraction;
    plan.special_keep = UINT32_MAX;
    plan.special_add = (256u - (1u << n.exponent_bits)) << 23;
    plan.nan_value = 0x7fc00000;
    plan.nan_mask = fraction << plan.shift;
    break;
  case CKERNELS_SPECIALS_ONE_NAN:
    plan.greatest = all - 1;
    plan.infinite = plan.nan = plan.special = all;
    plan.special_add = 0x7fc00000;
    plan.nan_value = 0x7fc00000;
    beyond = __builtin_nanf("");
    break;
  case CKERNELS_SPECIALS_NONE:
    plan.greatest = plan.infinite = plan.nan = all;
    break;
  }
  // The greatest finite value's bits: its code at FP32's places, with FP32's bias.
  const uint32_t greatest_bits = (plan.greatest << plan.shift) + plan.number_add;
  __builtin_memcpy(&plan.greatest_value, &greatest_bits, sizeof greatest_bits);
  if (n.specials == CKERNELS_SPECIALS_NONE) plan.nan_value = greatest_bits;
  if (conversion->saturates || n.specials == CKERNELS_SPECIALS_NONE) {
    plan.infinite = plan.greatest;
    beyond = plan.greatest_value;
  }
  plan.infinite_value = beyond;
  // Rounding toward zero carries no finite number beyond the largest one (IEEE 754-2019, 7.4).
  plan.overflow = conversion->rounding == CKERNELS_ROUNDING_TOWARD_ZERO ? plan.greatest : plan.infinite;
  // Four times the greatest power of two is beyond everything, and small enough for what is added to it.
  plan.ceiling = (greatest_bits & 0x7f800000) + (2u << 23);
  return plan;
}

/// The keys of the random numbers of elements whose index has these upper 32 bits.
typedef struct random_keys {
  uint32_t first, second;
} random_keys;

/// The mixing function of SplitMix64 (Steele, Lea, Flood, "Fast splittable pseudorandom number generators", 2014).
static inline uint64_t mixed(uint64_t state) {
  state = (state ^ state >> 30) * 0xbf58476d1ce4e5b9u;
  state = (state ^ state >> 27) * 0x94d049bb133111ebu;
  return state ^ state >> 31;
}

static inline random_keys keys_of(uint64_t seed, uint64_t index) {
  const uint64_t keys = mixed(seed + mixed((index >> 32) + 0x9e3779b97f4a7c15u));
  return (random_keys){(uint32_t)keys, (uint32_t)(keys >> 32)};
}

/// 32 random bits from the lower half of an element's index: twice a mixing function whose outputs differ in half of
/// their bits where inputs differ in one (C. Wellons, "Prospecting for hash functions", 2018: lowbias32), keyed.
#define RANDOM_ROUND(h) \
  h ^= h >> 16; \
  h *= 0x7feb352du; \
  h ^= h >> 15; \
  h *= 0x846ca68bu; \
  h ^= h >> 16;

#define RANDOM_BITS(h, keys) \
  h ^= (keys).first; \
  RANDOM_ROUND(h) \
  h += (keys).second; \
  RANDOM_ROUND(h)

/// The random bits of one element.
static inline uint32_t random_bits(uint64_t seed, uint64_t index) {
  const random_keys keys = keys_of(seed, index);
  uint32_t h = (uint32_t)index;
  RANDOM_BITS(h, keys)
  return h;
}
