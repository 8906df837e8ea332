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

INLINE void encode_vectors(const conversion_plan *plan, const element_kind kind, const ckernels_rounding rounding,
  const int flushes, const ptrdiff_t bytes, const float *src, char *dst, ptrdiff_t count, uint64_t first) {
  const lanes_f32 reciprocal = plan->reciprocal;
  FOR_VECTORS({
    const lanes_f32 x = load_up_to(src + i, left);
    const lanes_u32 codes = encode_lanes(plan, kind, rounding, flushes, x, reciprocal, random);
    store_codes(bytes, dst + i * bytes, codes, left);
  })
}

/// Four vectors of one-byte codes, side by side.
INLINE lanes4_u8 joined_bytes(const lanes_u32 codes[4]) {
#if LANES == 16
  const __m512i ab = _mm512_packus_epi32((__m512i)codes[0], (__m512i)codes[1]);
  const __m512i cd = _mm512_packus_epi32((__m512i)codes[2], (__m512i)codes[3]);
  const __m512i order = _mm512_setr_epi32(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
  return (lanes4_u8)_mm512_permutexvar_epi32(order, _mm512_packus_epi16(ab, cd));
#elif LANES == 8
  const __m256i ab = _mm256_packus_epi32((__m256i)codes[0], (__m256i)codes[1]);
  const __m256i cd = _mm256_packus_epi32((__m256i)codes[2], (__m256i)codes[3]);
  const __m256i order = _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7);
  return (lanes4_u8)_mm256_permutevar8x32_epi32(_mm256_packus_epi16(ab, cd), order);
#else
  lanes4_u8 joined;
  joined.lo.lo = __builtin_convertvector(codes[0], lanes_u8);
  joined.lo.hi = __builtin_convertvector(codes[1], lanes_u8);
  joined.hi.lo = __builtin_convertvector(codes[2], lanes_u8);
  joined.hi.hi = __builtin_convertvector(codes[3], lanes_u8);
  return joined;
#endif
}

/// Two vectors of two-byte codes, side by side.
INLINE lanes2_u16 joined_halves(const lanes_u32 codes[2]) {
#if LANES == 8
  const __m256i joined = _mm256_packus_epi32((__m256i)codes[0], (__m256i)codes[1]);
  return (lanes2_u16)_mm256_permute4x64_epi64(joined, 0xd8);
#else
  lanes2_u16 joined;
  joined.lo = __builtin_convertvector(codes[0], lanes_u16);
  joined.hi = __builtin_convertvector(codes[1], lanes_u16);
  return joined;
#endif
}

INLINE void store_four(const ptrdiff_t bytes, const int streams, char *dst, const lanes_u32 codes[4]) {
  if (bytes == 1) {
    const lanes4_u8 joined = joined_bytes(codes);
    STORE_WHOLE(streams, dst, joined);
  } else if (bytes == 2) {
    const lanes2_u16 low = joined_halves(codes), high = joined_halves(codes + 2);
    STORE_WHOLE(streams, dst, low);
    STORE_WHOLE(streams, dst + sizeof low, high);
  } else {
    for (int n = 0; n < 4; n++) STORE_WHOLE(streams, dst + n * (ptrdiff_t)sizeof *codes, codes[n]);
  }
}

INLINE void encode_fours(const conversion_plan *plan, const element_kind kind, const ckernels_rounding rounding,
  const int flushes, const ptrdiff_t bytes, const int streams, const float *src, char *dst, ptrdiff_t count) {
  const lanes_f32 reciprocal = plan->reciprocal;
  const lanes_u32 random = (lanes_u32)0u;
  for (ptrdiff_t i = 0; i < count; i += 4 * LANES) {
    lanes_u32 codes[4];
    for (int n = 0; n < 4; n++) {
      codes[n] = encode_lanes(plan, kind, rounding, flushes, load(src + i + n * LANES), reciprocal, random);
    }
    store_four(bytes, streams, dst + i * bytes, codes);
  }
}

INLINE void encode_span(const conversion_plan *plan, const element_kind kind, const ckernels_rounding rounding,
  const int flushes, const ptrdiff_t bytes, const float *src, char *dst, ptrdiff_t count, uint64_t first) {
  ptrdiff_t i = 0;
  if (rounding != CKERNELS_ROUNDING_STOCHASTIC) {
    const ptrdiff_t start = streaming_start(dst, bytes, count, 4 + bytes);
    if (start >= 0) encode_vectors(plan, kind, rounding, flushes, bytes, src, dst, start, first);
    i = start >= 0 ? start : 0;
    const ptrdiff_t whole = (count - i) / (4 * LANES) * (4 * LANES);
    if (start >= 0) {
      encode_fours(plan, kind, rounding, flushes, bytes, 1, src + i, dst + i * bytes, whole);
      end_streaming();
    } else {
      encode_fours(plan, kind, rounding, flushes, bytes, 0, src + i, dst + i * bytes, whole);
    }
    i += whole;
  }
  encode_vectors(plan, kind, rounding, flushes, bytes, src + i, dst + i * bytes, count - i, first + (uint64_t)i);
}

INLINE void quantise_span(const conversion_plan *plan, const element_kind kind, const ckernels_rounding rounding,
  const int flushes, float reciprocal, float scale, const float *src, float *dst, ptrdiff_t count, uint64_t first) {
  const lanes_f32 factor = reciprocal;
  FOR_VECTORS({
    const lanes_f32 x = load_up_to(src + i, left);
    store_up_to(dst + i, quantise_lanes(plan, kind, rounding, flushes, x, factor, random) * scale, left);
  })
}

/// CALL(kind, rounding, flushes) with all three as constants. Integers have no subnormal numbers, but operands may be.
#define WITH_FLUSHES(plan, KIND, ROUNDING, CALL) \
  if ((plan).flushes) \
    CALL(KIND, ROUNDING, 1); \
  else \
    CALL(KIND, ROUNDING, 0);
#define WITH_KIND(plan, ROUNDING, CALL) \
  switch ((plan).kind) { \
  case INTEGERS: \
    WITH_FLUSHES(plan, INTEGERS, ROUNDING, CALL) \
    break; \
  case WIDE_FLOATS: \
    WITH_FLUSHES(plan, WIDE_FLOATS, ROUNDING, CALL) \
    break; \
  case NARROW_FLOATS: \
    WITH_FLUSHES(plan, NARROW_FLOATS, ROUNDING, CALL) \
    break; \
  }
#define WITH_CONSTANTS(plan, rounding, CALL) \
  switch (rounding) { \
  case CKERNELS_ROUNDING_NEAREST_EVEN: \
    WITH_KIND(plan, CKERNELS_ROUNDING_NEAREST_EVEN, CALL) \
    break; \
  case CKERNELS_ROUNDING_TOWARD_ZERO: \
    WITH_KIND(plan, CKERNELS_ROUNDING_TOWARD_ZERO, CALL) \
    break; \
  case CKERNELS_ROUNDING_NEAREST_AWAY: \
    WITH_KIND(plan, CKERNELS_ROUNDING_NEAREST_AWAY, CALL) \
    break; \
  case CKERNELS_ROUNDING_STOCHASTIC: \
    WITH_KIND(plan, CKERNELS_ROUNDING_STOCHASTIC, CALL) \
    break; \
  }

static void encode(
  const ckernels_conversion *conversion, const float *src, void *dst, ptrdiff_t count, uint64_t first) {
  const conversion_plan plan = plan_of(conversion);
  const ptrdiff_t bytes = ckernels_number_bytes(&conversion->element);
#define CALL(kind, rounding, flushes) \
  do { \
    if (bytes == 2) \
      encode_span(&plan, kind, rounding, flushes, 2, src, dst, count, first); \
    else if (kind == WIDE_FLOATS) \
      encode_span(&plan, kind, rounding, flushes, 4, src, dst, count, first); \
    else \
      encode_span(&plan, kind, rounding, flushes, 1, src, dst, count, first); \
  } while (0)
  WITH_CONSTANTS(plan, conversion->rounding, CALL)
#undef CALL
}

INLINE void decode_vectors(const conversion_plan *plan, const element_kind kind, const ptrdiff_t bytes, const char *src,
  float *dst, ptrdiff_t count) {
  for (ptrdiff_t i = 0; i < count; i += LANES) {
    const lanes_u32 codes = load_codes(bytes, src + i * bytes, count - i);
    store_up_to(dst + i, decode_lanes(plan, kind, codes) * plan->scale, count - i);
  }
}

INLINE void decode_fours(const conversion_plan *plan, const element_kind kind, const ptrdiff_t bytes, const int streams,
  const char *src, float *dst, ptrdiff_t count) {
  for (ptrdiff_t i = 0; i < count; i += 4 * LANES) {
    for (int n = 0; n < 4; n++) {
      const lanes_u32 codes = load_codes(bytes, src + (i + n * LANES) * bytes, LANES);
      const lanes_f32 values = decode_lanes(plan, kind, codes) * plan->scale;
      STORE_WHOLE(streams, dst + i + n * LANES, values);
    }
  }
}

INLINE void decode_span(const conversion_plan *plan, const element_kind kind, const ptrdiff_t bytes, const char *src,
  float *dst, ptrdiff_t count) {
  const ptrdiff_t start = streaming_start(dst, 4, count, 4 + bytes);
  if (start >= 0) decode_vectors(plan, kind, bytes, src, dst, start);
  ptrdiff_t i = start >= 0 ? start : 0;
  const ptrdiff_t whole = (count - i) / (4 * LANES) * (4 * LANES);
  if (start >= 0) {
    decode_fours(plan, kind, bytes, 1, src + i * bytes, dst + i, whole);
    end_streaming();
  } else {
    decode_fours(plan, kind, bytes, 0, src + i * bytes, dst + i, whole);
  }
  i += whole;
  decode_vectors(plan, kind, bytes, src + i * bytes, dst + i, count - i);
}

static void decode(const ckernels_conversion *conversion, const void *src, float *dst, ptrdiff_t count) {
  const conversion_plan plan = plan_of(conversion);
  const ptrdiff_t bytes = ckernels_number_bytes(&conversion->element);
  switch (plan.kind) {
  case INTEGERS:
    if (bytes == 1)
      decode_span(&plan, INTEGERS, 1, src, dst, count);
    else
      decode_span(&plan, INTEGERS, 2, src, dst, count);
    break;
  case WIDE_FLOATS:
    if (bytes == 2)
      decode_span(&plan, WIDE_FLOATS, 2, src, dst, count);
    else
      decode_span(&plan, WIDE_FLOATS, 4, src, dst, count);
    break;
  case NARROW_FLOATS:
    if (bytes == 1)
      decode_span(&plan, NARROW_FLOATS, 1, src, dst, count);
    else
      decode_span(&plan, NARROW_FLOATS, 2, src, dst, count);
    break;
  }
}

/// dst[i] = decode(encode(src[i] * reciprocal)) * scale.
static void quantise_scaled(const conversion_plan *plan, ckernels_rounding rounding, float reciprocal, float scale,
  const float *src, float *dst, ptrdiff_t count, uint64_t first) {
#define CALL(kind, rounding, flushes) \
  quantise_span(plan, kind, rounding, flushes, reciprocal, scale, src, dst, count, first)
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
