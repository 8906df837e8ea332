// A tile of FP16 sums that are held as FP32: every product is added in one rounding to FP16.
//
// Included by kernel.h for a level that has vectors of at least eight lanes. The level's file defines the operations on
// words and STEP, which rounds once whatever the operands are, slowly.
//
// The product of two FP16 values is exact in FP32, and r = fma(a, b, c) is rounded to 24 bits. Rounding r again, to 11
// bits, gives what rounding the exact sum once gives unless r lies halfway between two FP16 values: halfway points are
// FP32 values, and rounding keeps order, so r and the exact sum are on the same side of each of which r is not itself.
// So r is rounded to FP16 fast, by adding and subtracting M = 1.5 * 2^(e + 13), e being r's exponent: FP32 numbers near
// M are 2^(e - 10) apart, as FP16 numbers near r are. And where r is halfway, or where its exponent is not that of a
// normal FP16 number below 2^15, the row is computed again by STEP.
//
// What has to be looked at is one word of each sum: r's exponent and its last 13 bits, the highest of them inverted, so
// that they are 0 halfway; and a 1 that makes the same bits, read as a float, 1.5 * 2^e and a little, which is as good
// as M's significand. Its 16-bit halves are compared with bounds, the least and the greatest of a row at once.

#define TIMES_M 0x1p13f

/// The word of a sum.
INLINE lanes_u32 half_key(lanes_f32 r) {
#if LANES == 16
  // With the second constant a bit is kept, with the first it is set, with both it is inverted, with none cleared.
  return (lanes_u32)_mm512_ternarylogic_epi32(
    (__m512i)r, _mm512_set1_epi32(0x00401000), _mm512_set1_epi32(0x7f801fff), 0x6c);
#else
  return (bits_of(r) & 0x7f801fffu) ^ 0x00401000u;
#endif
}

#if LANES == 16
#define LEAST_HALVES(a, b) ((lanes_u32)_mm512_min_epu16((__m512i)(a), (__m512i)(b)))
#define GREATEST_HALVES(a, b) ((lanes_u32)_mm512_max_epu16((__m512i)(a), (__m512i)(b)))
#else
#define LEAST_HALVES(a, b) ((lanes_u32)_mm256_min_epu16((__m256i)(a), (__m256i)(b)))
#define GREATEST_HALVES(a, b) ((lanes_u32)_mm256_max_epu16((__m256i)(a), (__m256i)(b)))
#endif

/// Whether any word of those whose halves are at least `least` and at most `greatest` is that of a sum that has to be
/// rounded otherwise: zero in the low half, or an exponent below -14 or above 14 in the high one.
INLINE int needs_care(lanes_u32 least, lanes_u32 greatest) {
  const lanes_u32 low = 0x38c00001u, high = 0x46c0ffffu;
#if LANES == 16
  return (_mm512_cmplt_epu16_mask((__m512i)least, (__m512i)low) |
           _mm512_cmpgt_epu16_mask((__m512i)greatest, (__m512i)high)) != 0;
#else
  const __m256i fits = _mm256_and_si256(_mm256_cmpeq_epi16((__m256i)LEAST_HALVES(least, low), (__m256i)low),
    _mm256_cmpeq_epi16((__m256i)GREATEST_HALVES(greatest, high), (__m256i)high));
  return _mm256_movemask_epi8(fits) != -1;
#endif
}

INLINE void TILE(const ckernels_gemm_tile *tile, const int rows, const int vectors) {
  lanes_f32 sums[MR][NV];
  float *const stored = tile->sums;
  const int width = vectors * LANES;
#pragma clang loop unroll(full)
  for (int m = 0; m < rows; m++) {
#pragma clang loop unroll(full)
    for (int n = 0; n < vectors; n++) {
      sums[m][n] = tile->continues ? load(stored + m * width + n * LANES) : (lanes_f32)0.0f;
    }
  }
  const char *weights = tile->weights;
  const ptrdiff_t prefetch_step = tile->prefetch ? tile->prefetch_step : 0;
  const char *prefetch = tile->prefetch ? tile->prefetch : weights;
  const void *const *addresses = tile->rows;
  for (ptrdiff_t tap = 0; tap < tile->taps; tap++, addresses += tile->tap_stride) {
    const char *row[MR];
#pragma clang loop unroll(full)
    for (int m = 0; m < rows; m++) row[m] = addresses[m];
#pragma clang loop unroll(disable)
    for (ptrdiff_t at = 0; at < 4 * tile->depth; at += 4) {
      lanes_f32 b[NV];
      __builtin_prefetch(prefetch, 0, 2);
      prefetch += prefetch_step;
#pragma clang loop unroll(full)
      for (int n = 0; n < vectors; n++) b[n] = load(weights + n * (4 * LANES));
      weights += 4 * width;
#pragma clang loop unroll(full)
      for (int m = 0; m < rows; m++) {
        const lanes_f32 a = from_bits(spread(row[m] + at));
        lanes_f32 r[NV], h[NV];
        lanes_u32 least = 0xffffffffu, greatest = 0;
#pragma clang loop unroll(full)
        for (int n = 0; n < vectors; n++) {
          r[n] = fused(a, b[n], sums[m][n]);
          const lanes_u32 key = half_key(r[n]);
          least = LEAST_HALVES(least, key);
          greatest = GREATEST_HALVES(greatest, key);
          const lanes_f32 moved = multiply_add(from_bits(key), (lanes_f32)TIMES_M, r[n]);
          h[n] = multiply_add(from_bits(key), (lanes_f32)-TIMES_M, moved);
        }
        if (__builtin_expect(needs_care(least, greatest), 0)) {
          // Zeros are common (rows and columns of them) and right as they are.
          least = 0xffffffffu, greatest = 0;
#pragma clang loop unroll(full)
          for (int n = 0; n < vectors; n++) {
            const lanes_s32 is_zero = r[n] == 0.0f;
            const lanes_u32 key = is_zero ? (lanes_u32)0x3f800001u : half_key(r[n]);
            least = LEAST_HALVES(least, key);
            greatest = GREATEST_HALVES(greatest, key);
            h[n] = is_zero ? r[n] : h[n];
          }
          if (needs_care(least, greatest)) {
#pragma clang loop unroll(full)
            for (int n = 0; n < vectors; n++) h[n] = STEP(sums[m][n], bits_of(a), bits_of(b[n]));
          }
        }
#pragma clang loop unroll(full)
        for (int n = 0; n < vectors; n++) sums[m][n] = h[n];
      }
    }
  }
#pragma clang loop unroll(full)
  for (int m = 0; m < rows; m++) {
#pragma clang loop unroll(full)
    for (int n = 0; n < vectors; n++) store(stored + m * width + n * LANES, sums[m][n]);
  }
}

#undef TIMES_M
#undef LEAST_HALVES
#undef GREATEST_HALVES
