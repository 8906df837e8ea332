// A vector of values to codes and back, by integer arithmetic on FP32's bits. Included once per level, after the
// operators' lanes.h.

// Magnitudes and codes have a sign bit of 0, and signed comparisons are what every level has.

/// `yes` where a > bound, else `no`.
INLINE lanes_u32 where_above(lanes_u32 a, uint32_t bound, lanes_u32 yes, lanes_u32 no) {
  return (lanes_s32)a > (lanes_s32)(int32_t)bound ? yes : no;
}

INLINE lanes_u32 cut_above(lanes_u32 a, uint32_t bound) { return where_above(a, bound, (lanes_u32)bound, a); }

/// The keyed random bits of elements index ..., of which the first has lower half `index`.
INLINE lanes_u32 random_lanes(random_keys keys, uint32_t index) {
  lanes_u32 h = (lanes_u32){LANE_INDICES} + index;
  RANDOM_BITS(h, keys)
  return h;
}

/// m >> shift with rounding other than to nearest even, which has functions of its own; shift 0 ... 31, and m + 2^shift
/// fits.
INLINE lanes_u32 rounded_shift(const ckernels_rounding rounding, lanes_u32 m, lanes_u32 shift, lanes_u32 random) {
  const lanes_u32 mask = ((lanes_u32)1u << shift) - 1u;
  switch (rounding) {
  case CKERNELS_ROUNDING_TOWARD_ZERO:
    return m >> shift;
  case CKERNELS_ROUNDING_NEAREST_AWAY:
    return (m + ((mask + 1u) >> 1)) >> shift;
  case CKERNELS_ROUNDING_STOCHASTIC:
    // As many random bits as are dropped, from the top.
    return (m + (random >> 1 >> (31u - shift))) >> shift;
  case CKERNELS_ROUNDING_NEAREST_EVEN:
    break;
  }
  __builtin_unreachable();
}

/// The significands (with leading 1) of the FP32 magnitudes `a` divided by 2^dropped, rounded. More than 31 dropped
/// bits are dropped in two steps: then at most 2^-7 of a unit is left, of which the first step cuts off what lies
/// below 2^-31.
INLINE lanes_u32 rounded_significand(
  const ckernels_rounding rounding, lanes_u32 a, lanes_s32 dropped, lanes_u32 random) {
  const lanes_u32 leading = a >> 23 != 0u ? (lanes_u32)0x800000u : (lanes_u32)0u;
  const lanes_u32 m = (a & 0x7fffffu) | leading;
  lanes_s32 excess = dropped > 31 ? dropped - 31 : (lanes_s32)0;
  excess = excess > 24 ? (lanes_s32)24 : excess;
  const lanes_s32 shift = dropped > 31 ? (lanes_s32)31 : dropped;
  return rounded_shift(rounding, m >> (lanes_u32)excess, (lanes_u32)shift, random);
}

/// The magnitude codes of FP32 magnitudes `a`, of wide floats: a uniform shift, subnormal numbers included.
INLINE lanes_u32 wide_magnitudes(
  const conversion_plan *plan, const ckernels_rounding rounding, lanes_u32 a, lanes_u32 random) {
  const lanes_u32 shift = (lanes_u32)(uint32_t)plan->shift;
  const lanes_u32 code = rounded_shift(rounding, a, shift, random);
  const lanes_u32 finite = where_above(code, plan->greatest, (lanes_u32)plan->overflow, code);
  const lanes_u32 number = where_above(a, 0x7f7fffff, (lanes_u32)plan->infinite, finite);
  return where_above(a, 0x7f800000, (a >> shift) | plan->nan, number);
}

/// To nearest even: nothing rounds beyond infinity's code.
INLINE lanes_u32 wide_nearest_even(const conversion_plan *plan, lanes_u32 a) {
  const uint32_t shift = (uint32_t)plan->shift, half = 1u << shift >> 1;
  const lanes_u32 odd = a >> shift & (half ? 1u : 0u);
  const lanes_u32 code = (a + (half ? half - 1 : 0) + odd) >> shift;
  return where_above(a, 0x7f800000, (a >> shift) | plan->nan, cut_above(code, plan->infinite));
}

/// The same of narrow floats.
INLINE lanes_u32 narrow_magnitudes(
  const conversion_plan *plan, const ckernels_rounding rounding, lanes_u32 a, lanes_u32 random) {
  const lanes_s32 field = (lanes_s32)(a >> 23);
  const lanes_s32 exponent = field > 1 ? field : (lanes_s32)1;
  const lanes_s32 below = plan->least_exponent - exponent;
  const lanes_u32 shift = (lanes_u32)(uint32_t)plan->shift;
  const lanes_u32 normal = rounded_shift(rounding, a, shift, random) - plan->exponent_offset;
  const lanes_s32 dropped = plan->shift + (below > 0 ? below : (lanes_s32)0);
  const lanes_u32 small = rounded_significand(rounding, a, dropped, random);
  const lanes_u32 code = below > 0 ? small : normal;
  const lanes_u32 finite = where_above(code, plan->greatest, (lanes_u32)plan->overflow, code);
  const lanes_u32 number = where_above(a, 0x7f7fffff, (lanes_u32)plan->infinite, finite);
  return where_above(a, 0x7f800000, (a >> shift & plan->payload) | plan->nan, number);
}

/// What FP32 addition rounds a magnitude to the grid of a narrow float with: a power of two so much greater that the
/// sum's last place is the grid's step, 2^(exponent - fraction bits), and 2^(least exponent - fraction bits) for what
/// is subnormal. The sum less the power is the magnitude to nearest even, and their bits differ by the number of steps.
INLINE lanes_u32 grid_of(const conversion_plan *plan, lanes_u32 exponent) {
  return exponent + ((uint32_t)plan->shift << 23);
}

INLINE lanes_u32 exponent_on_grid(const conversion_plan *plan, lanes_u32 bounded) {
  const lanes_u32 exponent = bounded & 0x7f800000u;
  const uint32_t least = (uint32_t)plan->least_exponent << 23;
  return where_above(exponent, least, exponent, (lanes_u32)least);
}

INLINE lanes_u32 narrow_nearest_even(const conversion_plan *plan, lanes_u32 a) {
  const lanes_u32 bounded = cut_above(a, plan->ceiling);
  const lanes_u32 exponent = exponent_on_grid(plan, bounded), grid = grid_of(plan, exponent);
  const lanes_u32 steps = bits_of(from_bits(bounded) + from_bits(grid)) - grid;
  // Numbers of the least exponent count their steps from 0, those of the next one from 2^fraction bits, ...
  const uint32_t least = (uint32_t)plan->least_exponent << plan->fraction_bits;
  const lanes_u32 code = (exponent >> (uint32_t)plan->shift) - least + steps;
  const lanes_u32 nan = (a >> (uint32_t)plan->shift & plan->payload) | plan->nan;
  return where_above(a, 0x7f800000, nan, cut_above(code, plan->infinite));
}

INLINE lanes_u32 encode_floats(const conversion_plan *plan, const element_kind kind, const ckernels_rounding rounding,
  const int flushes, lanes_f32 y, lanes_u32 random) {
  const lanes_u32 a = bits_of(y) & 0x7fffffffu, sign = bits_of(y) & 0x80000000u;
  const int even = rounding == CKERNELS_ROUNDING_NEAREST_EVEN;
  lanes_u32 code;
  if (kind == WIDE_FLOATS) {
    code = even ? wide_nearest_even(plan, a) : wide_magnitudes(plan, rounding, a, random);
  } else {
    code = even ? narrow_nearest_even(plan, a) : narrow_magnitudes(plan, rounding, a, random);
  }
  // What is subnormal in a wide float was so in FP32.
  if (flushes && kind != WIDE_FLOATS) code = where_above(code, (1u << plan->fraction_bits) - 1, code, (lanes_u32)0u);
  return code | sign >> (uint32_t)(32 - plan->bits);
}

/// The value of a code; a signalling NaN stays one.
INLINE lanes_f32 decode_floats(const conversion_plan *plan, const element_kind kind, lanes_u32 code) {
  const uint32_t unused = (uint32_t)(32 - plan->bits);
  if (kind == WIDE_FLOATS) return from_bits(code << unused);
  const lanes_u32 magnitude = code & ((1u << (plan->bits - 1)) - 1u);
  const lanes_u32 placed = magnitude << (uint32_t)plan->shift;
  // Without a leading 1: as if there were one, which is then subtracted.
  const lanes_f32 with_leading = from_bits(placed + plan->number_add + 0x800000u);
  const lanes_u32 subnormal = bits_of(with_leading - plan->least_normal);
  const uint32_t subnormals = (1u << plan->fraction_bits) - 1;
  const lanes_u32 number = where_above(magnitude, subnormals, placed + plan->number_add, subnormal);
  const lanes_u32 special = (placed & plan->special_keep) + plan->special_add;
  const lanes_u32 bits = where_above(magnitude, plan->special - 1, special, number);
  return from_bits(bits | (code ^ magnitude) << unused);
}

/// decode(encode(y)) of narrow floats to nearest even, without the code between.
INLINE lanes_f32 quantise_narrow(const conversion_plan *plan, const int flushes, lanes_f32 y) {
  const lanes_u32 a = bits_of(y) & 0x7fffffffu, sign = bits_of(y) & 0x80000000u;
  const lanes_u32 bounded = cut_above(a, plan->ceiling);
  const lanes_f32 grid = from_bits(grid_of(plan, exponent_on_grid(plan, bounded)));
  const lanes_f32 rounded = from_bits(bounded) + grid - grid;
  lanes_f32 value = rounded > plan->greatest_value ? (lanes_f32)plan->infinite_value : rounded;
  if (flushes) value = value < plan->least_normal ? (lanes_f32)0.0f : value;
  return from_bits(where_above(a, 0x7f800000, (a & plan->nan_mask) | plan->nan_value, bits_of(value)) | sign);
}

/// The integers of values, without zero point, as floats: exact, they have at most 18 bits.
INLINE lanes_f32 round_to_integers(
  const conversion_plan *plan, const ckernels_rounding rounding, lanes_f32 y, lanes_u32 random) {
  const lanes_f32 scaled = y * plan->points, low = plan->low;
  // The comparison sends NaN to the lower bound.
  const lanes_f32 bounded = at_most(scaled > low ? scaled : low, (lanes_f32)plan->high);
  if (rounding == CKERNELS_ROUNDING_NEAREST_EVEN) return bounded + 12582912.0f - 12582912.0f;
  const lanes_u32 a = bits_of(bounded) & 0x7fffffffu;
  const lanes_s32 field = (lanes_s32)(a >> 23);
  const lanes_u32 whole = rounded_significand(rounding, a, 150 - (field > 1 ? field : (lanes_s32)1), random);
  const lanes_f32 value = __builtin_convertvector((lanes_s32)whole, lanes_f32);
  // An equal value, +0 for -0.
  return bounded < 0.0f ? 0.0f - value : value;
}

INLINE lanes_u32 integer_codes(const conversion_plan *plan, lanes_f32 q) {
  const lanes_u32 code = (lanes_u32)(__builtin_convertvector(q, lanes_s32) + plan->zero_point);
  return code & (0xffffffffu >> (uint32_t)(32 - plan->bits));
}

INLINE lanes_f32 decode_integers(const conversion_plan *plan, lanes_u32 code) {
  const lanes_s32 integer = (lanes_s32)((code ^ (uint32_t)plan->sign) - (uint32_t)plan->sign) - plan->zero_point;
  return __builtin_convertvector(integer, lanes_f32) * plan->point;
}

/// x * reciprocal; with `flushes` a zero of its sign where x or the product is subnormal.
///
/// One bound serves for both: products of subnormal x are less than 2^-126 * reciprocal, which is exact where it is
/// normal, because the greatest subnormal number is 2^-23 of itself below 2^-126, and rounding closes no such gap.
INLINE lanes_f32 scaled_lanes(const int flushes, lanes_f32 x, lanes_f32 reciprocal) {
  const lanes_f32 y = x * reciprocal;
  if (!flushes) return y;
  const lanes_f32 least = 0x1p-126f, scaled = reciprocal * 0x1p-126f;
  const lanes_u32 bound = bits_of(scaled > least ? scaled : least), u = bits_of(y);
  return from_bits((lanes_s32)(u & 0x7fffffffu) < (lanes_s32)bound ? u & 0x80000000u : u);
}

INLINE lanes_u32 encode_lanes(const conversion_plan *plan, const element_kind kind, const ckernels_rounding rounding,
  const int flushes, lanes_f32 x, lanes_f32 reciprocal, lanes_u32 random) {
  const lanes_f32 y = scaled_lanes(flushes, x, reciprocal);
  if (kind == INTEGERS) return integer_codes(plan, round_to_integers(plan, rounding, y, random));
  return encode_floats(plan, kind, rounding, flushes, y, random);
}

INLINE lanes_f32 decode_lanes(const conversion_plan *plan, const element_kind kind, lanes_u32 code) {
  return kind == INTEGERS ? decode_integers(plan, code) : decode_floats(plan, kind, code);
}

/// decode(encode(x)).
INLINE lanes_f32 quantise_lanes(const conversion_plan *plan, const element_kind kind, const ckernels_rounding rounding,
  const int flushes, lanes_f32 x, lanes_f32 reciprocal, lanes_u32 random) {
  const lanes_f32 y = scaled_lanes(flushes, x, reciprocal);
  if (kind == INTEGERS) return round_to_integers(plan, rounding, y, random) * plan->point;
  if (kind == NARROW_FLOATS && rounding == CKERNELS_ROUNDING_NEAREST_EVEN) return quantise_narrow(plan, flushes, y);
  return decode_floats(plan, kind, encode_floats(plan, kind, rounding, flushes, y, random));
}
