// A vector of values to codes and back, by integer arithmetic on FP32's bits. Included once per level, after the
// operators' lanes.h.

/// The keyed random bits of elements index ..., of which the first has lower half `index`.
INLINE lanes_u32 random_lanes(random_keys keys, uint32_t index) {
  lanes_u32 h = (lanes_u32){LANE_INDICES} + index;
  RANDOM_BITS(h, keys)
  return h;
}

/// m >> shift with rounding; shift 0 ... 31, and m + 2^shift fits.
INLINE lanes_u32 rounded_shift(const ckernels_rounding rounding, lanes_u32 m, lanes_u32 shift, lanes_u32 random) {
  const lanes_u32 mask = ((lanes_u32)1u << shift) - 1u;
  switch (rounding) {
  case CKERNELS_ROUNDING_NEAREST_EVEN:
    return (m + (mask >> 1) + (m >> shift & mask & 1u)) >> shift;
  case CKERNELS_ROUNDING_TOWARD_ZERO:
    return m >> shift;
  case CKERNELS_ROUNDING_NEAREST_AWAY:
    return (m + ((mask + 1u) >> 1)) >> shift;
  case CKERNELS_ROUNDING_STOCHASTIC:
    // As many random bits as are dropped, from the top.
    return (m + (random >> 1 >> (31u - shift))) >> shift;
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

INLINE lanes_f32 flushed_lanes(const conversion_plan *plan, lanes_f32 x) {
  if (!plan->flushes) return x;
  const lanes_u32 u = bits_of(x);
  return from_bits((u & 0x7fffffffu) < 0x00800000u ? u & 0x80000000u : u);
}

/// The codes, without sign, of FP32 magnitudes.
INLINE lanes_u32 float_magnitudes(
  const conversion_plan *plan, const ckernels_rounding rounding, lanes_u32 a, lanes_u32 random) {
  const lanes_s32 field = (lanes_s32)(a >> 23);
  const lanes_s32 exponent = field > 1 ? field : (lanes_s32)1;
  const lanes_s32 below = plan->least_exponent - exponent;
  const lanes_u32 shift = (lanes_u32)plan->shift;
  const lanes_u32 normal = rounded_shift(rounding, a, shift, random) - plan->exponent_offset;
  const lanes_s32 dropped = plan->shift + (below > 0 ? below : (lanes_s32)0);
  const lanes_u32 small = rounded_significand(rounding, a, dropped, random);
  lanes_u32 code = below > 0 ? small : normal;
  if (plan->flushes) code = code < (1u << plan->fraction_bits) ? (lanes_u32)0u : code;
  code = code > plan->greatest ? (lanes_u32)plan->overflow : code;
  code = a == 0x7f800000u ? (lanes_u32)plan->infinite : code;
  return a > 0x7f800000u ? plan->nan | (a >> shift & plan->payload) : code;
}

INLINE lanes_u32 encode_floats(
  const conversion_plan *plan, const ckernels_rounding rounding, lanes_f32 y, lanes_u32 random) {
  const lanes_u32 a = bits_of(y) & 0x7fffffffu, sign = bits_of(y) & 0x80000000u;
  return float_magnitudes(plan, rounding, a, random) | sign >> (uint32_t)(32 - plan->bits);
}

/// The stored value, NaNs quieted.
INLINE lanes_f32 decode_floats(const conversion_plan *plan, lanes_u32 code) {
  const lanes_u32 magnitude = code & ((1u << (plan->bits - 1)) - 1u);
  const lanes_u32 sign = (code ^ magnitude) << (uint32_t)(32 - plan->bits);
  const lanes_u32 placed = magnitude << (uint32_t)plan->shift;
  const lanes_u32 number = bits_of(from_bits(placed) * plan->unit);
  const lanes_u32 payload = placed & plan->special_payload;
  const lanes_u32 quiet = payload != 0u ? payload | 0x400000u : payload;
  return from_bits((magnitude >= plan->special ? plan->special_bits | quiet : number) | sign);
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

/// x * reciprocal with what is subnormal before or after as a zero where the conversion says so.
INLINE lanes_f32 scaled_lanes(const conversion_plan *plan, lanes_f32 x, lanes_f32 reciprocal) {
  return flushed_lanes(plan, flushed_lanes(plan, x) * reciprocal);
}

INLINE lanes_u32 encode_lanes(const conversion_plan *plan, const int is_float, const ckernels_rounding rounding,
  lanes_f32 x, lanes_f32 reciprocal, lanes_u32 random) {
  const lanes_f32 y = scaled_lanes(plan, x, reciprocal);
  if (is_float) return encode_floats(plan, rounding, y, random);
  return integer_codes(plan, round_to_integers(plan, rounding, y, random));
}

INLINE lanes_f32 decode_lanes(const conversion_plan *plan, const int is_float, lanes_u32 code) {
  return is_float ? decode_floats(plan, code) : decode_integers(plan, code);
}

/// decode(encode(x)).
INLINE lanes_f32 quantise_lanes(const conversion_plan *plan, const int is_float, const ckernels_rounding rounding,
  lanes_f32 x, lanes_f32 reciprocal, lanes_u32 random) {
  const lanes_f32 y = scaled_lanes(plan, x, reciprocal);
  if (is_float) return decode_floats(plan, encode_floats(plan, rounding, y, random));
  return round_to_integers(plan, rounding, y, random) * plan->point;
}
