// Arrays of elements. Included once per level, after lanes.h of this folder.

/// Up to LANES codes of `bytes` bytes each.
INLINE lanes_u32 load_codes(const ptrdiff_t bytes, const void *src, ptrdiff_t count) {
  if (bytes == 1) return __builtin_convertvector(load_bytes(src, count), lanes_u32);
  if (bytes == 2) return __builtin_convertvector(load_halves(src, count), lanes_u32);
  return bits_of(load_up_to(src, count));
}

INLINE void store_codes(const ptrdiff_t bytes, void *dst, lanes_u32 codes, ptrdiff_t count) {
  if (bytes == 1) return store_bytes(dst, __builtin_convertvector(codes, lanes_u8), count);
  if (bytes == 2) return store_halves(dst, __builtin_convertvector(codes, lanes_u16), count);
  store_up_to(dst, from_bits(codes), count);
}

/// How many of `count` elements from `index` on have the upper half of `index`, and so the same keys.
INLINE ptrdiff_t same_keys(uint64_t index, ptrdiff_t count) {
  const uint64_t left = 0x100000000u - (index & 0xffffffffu);
  return left < (uint64_t)count ? (ptrdiff_t)left : count;
}

/// BODY for every vector of elements i of `count`, of which element 0 has index `first`; it finds the elements' random
/// bits in `random`.
#define FOR_VECTORS(BODY) \
  if (rounding != CKERNELS_ROUNDING_STOCHASTIC) { \
    const lanes_u32 random = (lanes_u32)0u; \
    for (ptrdiff_t i = 0; i < count; i += LANES) { \
      const ptrdiff_t left = count - i; \
      BODY \
    } \
    return; \
  } \
  for (ptrdiff_t begin = 0, end; begin < count; begin = end) { \
    end = begin + same_keys(first + (uint64_t)begin, count - begin); \
    const random_keys keys = keys_of(plan->seed, first + (uint64_t)begin); \
    for (ptrdiff_t i = begin; i < end; i += LANES) { \
      const lanes_u32 random = random_lanes(keys, (uint32_t)(first + (uint64_t)i)); \
      const ptrdiff_t left = end - i; \
      BODY \
    } \
  }

INLINE void encode_span(const conversion_plan *plan, const int is_float, const ckernels_rounding rounding,
  const ptrdiff_t bytes, const float *src, char *dst, ptrdiff_t count, uint64_t first) {
  const lanes_f32 reciprocal = plan->reciprocal;
  FOR_VECTORS({
    const lanes_f32 x = load_up_to(src + i, left);
    store_codes(bytes, dst + i * bytes, encode_lanes(plan, is_float, rounding, x, reciprocal, random), left);
  })
}

INLINE void quantise_span(const conversion_plan *plan, const int is_float, const ckernels_rounding rounding,
  float reciprocal, float scale, const float *src, float *dst, ptrdiff_t count, uint64_t first) {
  const lanes_f32 factor = reciprocal;
  FOR_VECTORS({
    const lanes_f32 x = load_up_to(src + i, left);
    store_up_to(dst + i, quantise_lanes(plan, is_float, rounding, x, factor, random) * scale, left);
  })
}

/// CALL(is_float, rounding) with both as constants.
#define WITH_CONSTANTS(plan, rounding, CALL) \
  switch (rounding) { \
  case CKERNELS_ROUNDING_NEAREST_EVEN: \
    if ((plan).is_float) \
      CALL(1, CKERNELS_ROUNDING_NEAREST_EVEN); \
    else \
      CALL(0, CKERNELS_ROUNDING_NEAREST_EVEN); \
    break; \
  case CKERNELS_ROUNDING_TOWARD_ZERO: \
    if ((plan).is_float) \
      CALL(1, CKERNELS_ROUNDING_TOWARD_ZERO); \
    else \
      CALL(0, CKERNELS_ROUNDING_TOWARD_ZERO); \
    break; \
  case CKERNELS_ROUNDING_NEAREST_AWAY: \
    if ((plan).is_float) \
      CALL(1, CKERNELS_ROUNDING_NEAREST_AWAY); \
    else \
      CALL(0, CKERNELS_ROUNDING_NEAREST_AWAY); \
    break; \
  case CKERNELS_ROUNDING_STOCHASTIC: \
    if ((plan).is_float) \
      CALL(1, CKERNELS_ROUNDING_STOCHASTIC); \
    else \
      CALL(0, CKERNELS_ROUNDING_STOCHASTIC); \
    break; \
  }

static void encode(
  const ckernels_conversion *conversion, const float *src, void *dst, ptrdiff_t count, uint64_t first) {
  const conversion_plan plan = plan_of(conversion);
  const ptrdiff_t bytes = ckernels_number_bytes(&conversion->element);
#define CALL(is_float, rounding) \
  do { \
    if (bytes == 1) \
      encode_span(&plan, is_float, rounding, 1, src, dst, count, first); \
    else if (bytes == 2) \
      encode_span(&plan, is_float, rounding, 2, src, dst, count, first); \
    else \
      encode_span(&plan, is_float, rounding, 4, src, dst, count, first); \
  } while (0)
  WITH_CONSTANTS(plan, conversion->rounding, CALL)
#undef CALL
}

INLINE void decode_span(const conversion_plan *plan, const int is_float, const ptrdiff_t bytes, const char *src,
  float *dst, ptrdiff_t count) {
  for (ptrdiff_t i = 0; i < count; i += LANES) {
    const lanes_u32 codes = load_codes(bytes, src + i * bytes, count - i);
    store_up_to(dst + i, decode_lanes(plan, is_float, codes) * plan->scale, count - i);
  }
}

static void decode(const ckernels_conversion *conversion, const void *src, float *dst, ptrdiff_t count) {
  const conversion_plan plan = plan_of(conversion);
  switch (ckernels_number_bytes(&conversion->element)) {
  case 1:
    if (plan.is_float)
      decode_span(&plan, 1, 1, src, dst, count);
    else
      decode_span(&plan, 0, 1, src, dst, count);
    break;
  case 2:
    if (plan.is_float)
      decode_span(&plan, 1, 2, src, dst, count);
    else
      decode_span(&plan, 0, 2, src, dst, count);
    break;
  default:
    if (plan.is_float)
      decode_span(&plan, 1, 4, src, dst, count);
    else
      decode_span(&plan, 0, 4, src, dst, count);
    break;
  }
}

/// dst[i] = decode(encode(src[i] * reciprocal)) * scale.
static void quantise_scaled(const conversion_plan *plan, ckernels_rounding rounding, float reciprocal, float scale,
  const float *src, float *dst, ptrdiff_t count, uint64_t first) {
#define CALL(is_float, rounding) quantise_span(plan, is_float, rounding, reciprocal, scale, src, dst, count, first)
  WITH_CONSTANTS(*plan, rounding, CALL)
#undef CALL
}

static void quantise(
  const ckernels_conversion *conversion, const float *src, float *dst, ptrdiff_t count, uint64_t first) {
  const conversion_plan plan = plan_of(conversion);
  quantise_scaled(&plan, conversion->rounding, plan.reciprocal, 1, src, dst, count, first);
}

static ptrdiff_t count_not_finite(const float *src, ptrdiff_t count) {
  ptrdiff_t total = 0;
  // A lane's sum must not wrap.
  enum { SPAN = 1 << 20 };
  for (ptrdiff_t begin = 0; begin < count; begin += SPAN) {
    const ptrdiff_t end = smaller(begin + SPAN, count);
    lanes_s32 sum = (lanes_s32)0;
    // A comparison that holds is -1.
    for (ptrdiff_t i = begin; i < end; i += LANES) {
      sum -= (lanes_s32)((bits_of(load_up_to(src + i, end - i)) & 0x7fffffffu) >= 0x7f800000u);
    }
    for (int lane = 0; lane < LANES; lane++) total += sum[lane];
  }
  return total;
}
