#include "../include/ckernels_cases.h"
#include "../include/ckernels_seeded.h"
#include "arithmetic.h"

#include <string.h>

/// Random words of one case.
typedef struct source {
  uint64_t stream, counter;
} source;

static uint64_t next(source *s) { return ckernels_seeded_mix(s->stream + 0x9E3779B97F4A7C15 * s->counter++); }
/// 0 ..< bound, bound at most 2^32; the bias of a fixed-point product does not matter here.
static uint32_t below(source *s, uint32_t bound) { return (uint32_t)((next(s) >> 32) * bound >> 32); }

static source case_source(ckernels_accumulation accumulation, uint64_t seed, uint64_t number) {
  const uint64_t stream = ckernels_seeded_mix(seed ^ (uint64_t)accumulation << 56);
  return (source){ckernels_seeded_mix(stream + number), 1};
}

// MARK: Floating-point codes

static int fraction_mask(format f) { return (1 << f.fraction_bits) - 1; }

/// Fractions with long carries and borrows are as likely as those of any bits.
static uint64_t any_fraction(source *s, format f) {
  const uint64_t bits = next(s), mask = (uint64_t)fraction_mask(f);
  const int shift = (int)(bits >> 58) % f.fraction_bits;
  switch (bits >> 54 & 7) {
  case 0:
    return 0;
  case 1:
    return mask;
  case 2:
    return UINT64_C(1) << shift;
  case 3:
    return mask << shift & mask;
  case 4:
    return mask >> shift;
  default:
    return bits & mask;
  }
}

/// A number whose stored exponent is `exponent`, or as near to it as those of finite numbers come.
static uint64_t number_at(source *s, format f, int exponent) {
  const int greatest = (int)exponent_mask(f) - 1;
  const int stored = exponent < 0 ? 0 : exponent > greatest ? greatest : exponent;
  return signed_code(f, next(s) >> 63, (uint64_t)stored << f.fraction_bits | any_fraction(s, f));
}

/// A number whose stored exponent is within `spread` of that of 1.
static uint64_t number_near_one(source *s, format f, int spread) {
  return number_at(s, f, exponent_bias(f) - spread + (int)below(s, (uint32_t)(2 * spread + 1)));
}

static uint64_t special(source *s, format f) {
  const uint32_t sign = next(s) >> 63;
  const uint64_t quiet = highest_fraction_bit(f), one = (uint64_t)exponent_bias(f) << f.fraction_bits;
  const uint64_t payload = any_fraction(s, f) & (quiet - 1), infinity = exponent_mask(f) << f.fraction_bits;
  switch (below(s, 12)) {
  case 0:
    return signed_code(f, sign, 0);
  case 1:
    return signed_code(f, sign, 1);
  case 2:
    return signed_code(f, sign, quiet | payload);
  case 3:
    return signed_code(f, sign, (uint64_t)fraction_mask(f));
  case 4:
    return signed_code(f, sign, UINT64_C(1) << f.fraction_bits);
  case 5:
    return signed_code(f, sign, one);
  case 6:
    return signed_code(f, sign, one | payload);
  case 7:
    return signed_code(f, sign, infinity - 1);
  case 8:
    return signed_code(f, sign, infinity);
  case 9:
    return signed_code(f, sign, infinity | quiet | payload);
  // Signalling: the first bit of the fraction is 0 and some other is not.
  case 10:
    return signed_code(f, sign, infinity | payload | 1);
  default:
    return signed_code(f, sign, infinity | quiet);
  }
}

/// One floating-point case before it is stored: codes of a group.
typedef struct float_case {
  uint64_t accumulator, a[32], b[32];
} float_case;

static inline void fill_near_one(source *s, format operands, float_case *c, int group, int spread) {
  for (int i = 0; i < group; i++) {
    c->a[i] = number_near_one(s, operands, spread);
    c->b[i] = number_near_one(s, operands, spread);
  }
}

/// Products around 2^exponent (a stored exponent of the sums), some of them zeros.
static void fill_products_at(source *s, format operands, format sums, float_case *c, int group, int exponent) {
  for (int i = 0; i < group; i++) {
    const int jitter = (int)below(s, 5) - 2;
    const int spread = exponent_bias(operands) / 2;
    const int left = exponent_bias(operands) - spread + (int)below(s, (uint32_t)(2 * spread + 1));
    // Unbiased exponents add up: (left - bias) + (right - bias) = exponent - bias of the sums.
    const int right = exponent + jitter - exponent_bias(sums) - left + 2 * exponent_bias(operands);
    // Of a long group a few products are left, or their sum would hardly ever be tiny.
    const int is_zero = group > 2 ? below(s, 16) != 0 : below(s, 4) == 0;
    c->a[i] = number_at(s, operands, left);
    c->b[i] = is_zero ? signed_code(operands, next(s) >> 63, 0) : number_at(s, operands, right);
  }
}

/// An accumulator and one product of half a unit in its last place, or of that and a little: the other elements are
/// zeros, or far smaller.
static void fill_tie(source *s, format operands, format sums, float_case *c, int group) {
  c->accumulator = number_near_one(s, sums, exponent_bias(operands) / 4);
  const int stored = (int)(c->accumulator >> sums.fraction_bits & exponent_mask(sums));
  const int half = stored - exponent_bias(sums) - sums.fraction_bits - 1;
  const int chosen = (int)below(s, (uint32_t)group);
  for (int i = 0; i < group; i++) {
    const int exponent = i == chosen ? half : half - 8;
    const int left = exponent / 2, right = exponent - left, bias = exponent_bias(operands);
    const int is_zero = i != chosen && below(s, 2) == 0;
    const uint64_t odd = below(s, 3) == 0 ? highest_fraction_bit(operands) : 0;
    c->a[i] = number_at(s, operands, left + bias) & ~(uint64_t)fraction_mask(operands);
    c->b[i] = is_zero ? 0 : (number_at(s, operands, right + bias) & ~(uint64_t)fraction_mask(operands)) | odd;
  }
}

static uint64_t step_from(ckernels_accumulation accumulation, const float_case *c, int group, uint64_t accumulator);

static inline __attribute__((always_inline)) void fill_float_case(
  source *s, ckernels_accumulation accumulation, format operands, format sums, float_case *c, int group) {
  const int wide = exponent_bias(operands) / 2;
  const uint32_t category = below(s, 16);
  if (category == 0) {
    c->accumulator = next(s) & (signed_code(sums, 1, 0) | (signed_code(sums, 1, 0) - 1));
    for (int i = 0; i < group; i++) {
      const uint64_t bits = next(s), mask = signed_code(operands, 1, 0) | (signed_code(operands, 1, 0) - 1);
      c->a[i] = bits & mask;
      c->b[i] = bits >> 32 & mask;
    }
  } else if (category <= 3) {
    fill_near_one(s, operands, c, group, 6);
    c->accumulator = number_near_one(s, sums, 12);
  } else if (category <= 5) {
    fill_near_one(s, operands, c, group, category == 4 ? 4 : wide);
    // What the products add up to, negated and moved by up to two units in the last place.
    const uint64_t sum = step_from(accumulation, c, group, 0);
    c->accumulator = (sum ^ signed_code(sums, 1, 0)) + below(s, 5) - 2;
    c->accumulator &= signed_code(sums, 1, 0) | (signed_code(sums, 1, 0) - 1);
  } else if (category <= 8) {
    fill_tie(s, operands, sums, c, group);
  } else if (category <= 11) {
    const int exponent = (int)below(s, (uint32_t)sums.fraction_bits + 4) - sums.fraction_bits;
    fill_products_at(s, operands, sums, c, group, exponent);
    c->accumulator = number_at(s, sums, (int)below(s, 4));
  } else if (category <= 13) {
    const int greatest = (int)exponent_mask(sums);
    fill_products_at(s, operands, sums, c, group, greatest - (int)below(s, 4));
    c->accumulator = number_at(s, sums, greatest - 1 - (int)below(s, 3));
  } else if (category == 14) {
    for (int i = 0; i < group; i++) {
      c->a[i] = special(s, operands);
      c->b[i] = special(s, operands);
    }
    c->accumulator = special(s, sums);
  } else {
    fill_near_one(s, operands, c, group, wide);
    c->accumulator = below(s, 4) == 0 ? special(s, sums) : number_near_one(s, sums, wide);
    // One element of a long group, so that not every such case is NaN.
    const int i = (int)below(s, (uint32_t)group);
    if (below(s, 2)) c->a[i] = special(s, operands);
    if (below(s, 4) == 0) c->b[i] = special(s, operands);
  }
}

static void store_group(const uint64_t *codes, void *dst, int group, int bytes) {
  for (int i = 0; i < group; i++) memcpy((uint8_t *)dst + i * bytes, &codes[i], (size_t)bytes);
}

static uint64_t step_from(ckernels_accumulation accumulation, const float_case *c, int group, uint64_t accumulator) {
  uint8_t a[128], b[128];
  const int bytes = (int)ckernels_accumulation_operand_bytes(accumulation);
  store_group(c->a, a, group, bytes);
  store_group(c->b, b, group, bytes);
  return ckernels_accumulation_step(accumulation, (uint32_t)accumulator, a, b);
}

// MARK: Integers

/// Two factors whose product is about `target`, which is at least -32768 and at most 32767.
static void factors_near(source *s, int target, uint8_t *a, uint8_t *b) {
  const int right = target < 0 ? -1 - (int)below(s, 128) : 1 + (int)below(s, 127);
  const int left = target / right + (int)below(s, 3) - 1;
  *a = (uint8_t)(left < 0 ? 0 : left > 255 ? 255 : left);
  *b = (uint8_t)right;
}

static void fill_integer_case(
  source *s, ckernels_accumulation accumulation, uint32_t *accumulator, uint8_t a[4], uint8_t b[4]) {
  static const uint8_t extremes[] = {0, 1, 2, 64, 126, 127, 128, 129, 254, 255};
  const uint64_t bits = next(s);
  memcpy(a, &bits, 4);
  memcpy(b, (const uint8_t *)&bits + 4, 4);
  *accumulator = (uint32_t)next(s);
  const uint32_t category = below(s, 16);
  if (category >= 1 && category <= 4) {
    for (int i = 0; i < 4; i++) {
      a[i] = extremes[below(s, sizeof extremes)];
      b[i] = extremes[below(s, sizeof extremes)];
    }
  } else if (category >= 5 && category <= 8) {
    // Each pair adds up to about 32767 or -32768.
    for (int i = 0; i < 4; i += 2) {
      const int limit = below(s, 2) ? INT16_MAX : INT16_MIN;
      a[i] = (uint8_t)(192 + below(s, 64));
      b[i] = (uint8_t)(limit > 0 ? 96 + below(s, 32) : 128 + below(s, 32));
      factors_near(s, limit - a[i] * (int8_t)b[i], &a[i + 1], &b[i + 1]);
    }
  }
  if (category >= 4 && category <= 12) {
    // The sum is about the greatest or the least of 32 bits.
    const uint32_t limit = below(s, 2) ? INT32_MAX : (uint32_t)INT32_MIN;
    const uint32_t sum = ckernels_accumulation_step(
      accumulation == CKERNELS_ACCUMULATION_U8S8_SATURATING ? CKERNELS_ACCUMULATION_U8S8_WRAPPING : accumulation, 0, a,
      b);
    *accumulator = limit - sum + below(s, 5) - 2;
  }
}

// MARK: All

void ckernels_accumulation_cases(ckernels_accumulation accumulation, uint64_t seed, uint64_t first,
  uint32_t *accumulators, void *a, void *b, ptrdiff_t count) {
  const int group = (int)ckernels_accumulation_group(accumulation);
  const int bytes = (int)ckernels_accumulation_operand_bytes(accumulation);
  for (ptrdiff_t i = 0; i < count; i++) {
    source s = case_source(accumulation, seed, first + (uint64_t)i);
    uint8_t *left = (uint8_t *)a + i * group * bytes, *right = (uint8_t *)b + i * group * bytes;
    if (bytes == 1) {
      fill_integer_case(&s, accumulation, &accumulators[i], left, right);
      continue;
    }
    float_case c;
    if (accumulation == CKERNELS_ACCUMULATION_FP16_CHAIN) {
      fill_float_case(&s, accumulation, FP16, FP16, &c, group);
    } else if (bytes == 2) {
      static const format BF16 = {7, 8, 0};
      fill_float_case(&s, accumulation, BF16, FP32, &c, group);
    } else {
      fill_float_case(&s, accumulation, FP32, FP32, &c, group);
    }
    accumulators[i] = (uint32_t)c.accumulator;
    store_group(c.a, left, group, bytes);
    store_group(c.b, right, group, bytes);
  }
}

void ckernels_every_pair(uint64_t seed, uint64_t first, uint32_t *accumulators, void *a, void *b, ptrdiff_t count) {
  for (ptrdiff_t i = 0; i < count; i++) {
    const uint64_t number = first + (uint64_t)i;
    const uint32_t pairs[2] = {(uint32_t)(2 * number), (uint32_t)(2 * number + 1)};
    accumulators[i] = (uint32_t)ckernels_seeded_mix(seed + number);
    for (int p = 0; p < 2; p++) {
      uint8_t *left = (uint8_t *)a + 4 * i + 2 * p, *right = (uint8_t *)b + 4 * i + 2 * p;
      left[0] = (uint8_t)pairs[p];
      left[1] = (uint8_t)(pairs[p] >> 8);
      right[0] = (uint8_t)(pairs[p] >> 16);
      right[1] = (uint8_t)(pairs[p] >> 24);
    }
  }
}

// MARK: Comparison

/// Integers in the order of the numbers that codes stand for, -0 just below +0.
static int64_t ordered(uint32_t code, uint32_t sign_bit) {
  return code & sign_bit ? -1 - (int64_t)(code & (sign_bit - 1)) : (int64_t)code;
}

static int bucket(ckernels_code_kind kind, uint32_t want, uint32_t got) {
  static const uint32_t sign_bits[] = {UINT32_C(1) << 31, 1 << 15, 1 << 15};
  static const uint32_t infinities[] = {0x7F800000, 0x7C00, 0x7F80};
  int64_t distance;
  if (kind == CKERNELS_CODES_S32) {
    distance = (int64_t)(int32_t)want - (int32_t)got;
  } else {
    const uint32_t sign_bit = sign_bits[kind], magnitude = sign_bit - 1;
    if ((want & magnitude) > infinities[kind] || (got & magnitude) > infinities[kind]) {
      return CKERNELS_DISTANCE_BUCKETS - 1;
    }
    distance = ordered(want, sign_bit) - ordered(got, sign_bit);
  }
  static const int64_t limits[CKERNELS_DISTANCE_BUCKETS - 2] = {0, 1, 2, 4, 16, 256, 65536};
  const int64_t size = distance < 0 ? -distance : distance;
  int b = 0;
  while (b < CKERNELS_DISTANCE_BUCKETS - 2 && size > limits[b]) b++;
  return b;
}

// Nearly all are equal: blocks of equal codes are told by one comparison.
enum { COMPARED_AT_ONCE = 64 };

#define COMPARE(function, type) \
  ptrdiff_t function( \
    ckernels_code_kind kind, const type *want, const type *got, ptrdiff_t count, ckernels_comparison *comparison) { \
    ptrdiff_t first = -1; \
    comparison->compared += count; \
    for (ptrdiff_t i = 0; i < count; i += COMPARED_AT_ONCE) { \
      const ptrdiff_t end = count - i < COMPARED_AT_ONCE ? count : i + COMPARED_AT_ONCE; \
      if (memcmp(want + i, got + i, (size_t)(end - i) * sizeof(type)) == 0) { \
        comparison->distances[0] += end - i; \
        continue; \
      } \
      for (ptrdiff_t j = i; j < end; j++) { \
        if (want[j] == got[j]) { \
          comparison->distances[0]++; \
          continue; \
        } \
        if (first < 0) first = j; \
        comparison->mismatches++; \
        comparison->distances[bucket(kind, want[j], got[j])]++; \
      } \
    } \
    return first; \
  }

COMPARE(ckernels_compare_words, uint32_t)
COMPARE(ckernels_compare_half_words, uint16_t)
