// A tile of FP16 sums that are held as FP32: every product is added in one rounding to FP16.
//
// Included by kernel.h for levels with vectors of at least eight lanes, which define STEP: it rounds once whatever its
// operands are, slowly. ROWS_AT_ONCE rows are looked at together.
//
// The product of two FP16 values is exact in FP32, and r = fma(a, b, c) has 24 bits of the sum. An FP16 number has 11:
// adding half of its last digit to r's bits and clearing the others rounds r, and the exact sum, to the nearest one,
// unless r lies halfway between two. (Halfway points are FP32 values: r is on the side of each of them on which the
// exact sum is.) With r rounded toward zero, the sum is halfway or beyond it where r is, and up is right unless the
// lower of the two is even: there the sums of a few rows are computed again by STEP. They are, too, where r is no
// normal FP16 number; the bounds below keep sums so small that none is infinite, or the whole piece is done by STEP.
//
// What has to be looked at in a sum are its exponent and its last 14 bits, which are 0x1000 halfway above an even
// number. With that bit inverted both are halves of a word whose 16-bit minimum over many sums tells whether any needs
// care.

enum {
  /// Elements of depth between two looks at the bounds.
  PIECE = 512
};

#if LANES == 16
#define HALVES_LEAST(a, b) ((lanes_u32)_mm512_min_epu16((__m512i)(a), (__m512i)(b)))
#define HALFWAY_MASK 0x7f803fffu

/// a * b + c, rounded to FP32 toward zero.
INLINE lanes_f32 half_sum(lanes_f32 a, lanes_f32 b, lanes_f32 c) {
  __asm__("vfmadd231ps %{rz-sae%}, %2, %1, %0" : "+v"(c) : "v"(a), "v"(b));
  return c;
}

INLINE lanes_u32 half_key(lanes_f32 r) {
  // (r & HALFWAY_MASK) ^ 0x1000.
  return (lanes_u32)_mm512_ternarylogic_epi32(
    (__m512i)r, _mm512_set1_epi32(0x1000), _mm512_set1_epi32(HALFWAY_MASK), 0x6c);
}

INLINE lanes_f32 greater_magnitude(lanes_f32 a, lanes_f32 b) {
  return (lanes_f32)_mm512_range_ps((__m512)a, (__m512)b, 0x0b);
}
#else
#define HALVES_LEAST(a, b) ((lanes_u32)_mm256_min_epu16((__m256i)(a), (__m256i)(b)))
// Rounded to nearest: a sum may also be below the halfway point that r is.
#define HALFWAY_MASK 0x7f801fffu
INLINE lanes_f32 half_sum(lanes_f32 a, lanes_f32 b, lanes_f32 c) { return fused(a, b, c); }
INLINE lanes_u32 half_key(lanes_f32 r) { return (bits_of(r) & HALFWAY_MASK) ^ 0x1000u; }

INLINE lanes_f32 greater_magnitude(lanes_f32 a, lanes_f32 b) {
  return (lanes_f32)_mm256_max_ps((__m256)a, (__m256)from_bits(bits_of(b) & 0x7fffffffu));
}
#endif

/// Whether a low half is 0, or an exponent below that of 2^-14, the least normal number.
INLINE int needs_care(lanes_u32 least) {
  const lanes_u32 low = 0x38800001u;
#if LANES == 16
  return _mm512_cmplt_epu16_mask((__m512i)least, (__m512i)low) != 0;
#else
  const __m256i greater = _mm256_max_epu16((__m256i)least, (__m256i)low);
  return _mm256_movemask_epi8(_mm256_cmpeq_epi16(greater, (__m256i)least)) != -1;
#endif
}

INLINE lanes_u32 magnitude_bits(lanes_f32 value) { return bits_of(value) & 0x7fffffffu; }
INLINE lanes_u32 greater_bits(lanes_u32 a, lanes_u32 b) { return a > b ? a : b; }

/// The greatest lane; infinity or NaN where one is.
INLINE float greatest_magnitude(lanes_u32 magnitudes) {
  uint32_t greatest = 0;
  for (int i = 0; i < LANES; i++) greatest = magnitudes[i] > greatest ? magnitudes[i] : greatest;
  float value;
  __builtin_memcpy(&value, &greatest, sizeof value);
  return value;
}

INLINE void TILE(const ckernels_gemm_tile *tile, const int rows, const int vectors) {
  lanes_f32 sums[MR][NV];
  float *const stored = tile->sums;
  const int width = vectors * LANES;
  const char *weights = tile->weights;
  const ptrdiff_t prefetch_step = tile->prefetch ? tile->prefetch_step : 0;
  const char *prefetch = tile->prefetch ? tile->prefetch : weights;
  const void *const *addresses = tile->rows;
  if (!tile->continues) {
    for (int i = 0; i < rows * vectors; i++) store(stored + i * LANES, (lanes_f32)0.0f);
  }
  for (ptrdiff_t tap = 0; tap < tile->taps; tap++, addresses += tile->tap_stride) {
    for (ptrdiff_t begin = 0; begin < tile->depth; begin += PIECE) {
      const ptrdiff_t count = smaller(PIECE, tile->depth - begin);
      const char *row[MR];
      lanes_u32 left = 0, before = 0, after = 0;
      lanes_f32 right = 0.0f;
#pragma clang loop unroll(full)
      for (int m = 0; m < rows; m++) {
        row[m] = (const char *)addresses[m] + 4 * begin;
        for (ptrdiff_t i = 0; i < count; i += LANES) {
          left = greater_bits(left, magnitude_bits(load_up_to(row[m] + 4 * i, count - i)));
        }
#pragma clang loop unroll(full)
        for (int n = 0; n < vectors; n++) {
          sums[m][n] = load(stored + m * width + n * LANES);
          before = greater_bits(before, magnitude_bits(sums[m][n]));
        }
      }
      const char *panel = weights;
#pragma clang loop unroll(disable)
      for (ptrdiff_t at = 0; at < 4 * count; at += 4) {
        lanes_f32 b[NV];
        __builtin_prefetch(prefetch, 0, 2);
        prefetch += prefetch_step;
#pragma clang loop unroll(full)
        for (int n = 0; n < vectors; n++) {
          b[n] = load(panel + n * (4 * LANES));
          right = greater_magnitude(right, b[n]);
        }
        panel += 4 * width;
#pragma clang loop unroll(full)
        for (int first = 0; first < rows; first += ROWS_AT_ONCE) {
          const int last = first + ROWS_AT_ONCE < rows ? first + ROWS_AT_ONCE : rows;
          lanes_f32 rounded[ROWS_AT_ONCE][NV];
          lanes_u32 least = 0xffffffffu;
#pragma clang loop unroll(full)
          for (int m = first; m < last; m++) {
            const lanes_f32 a = from_bits(spread(row[m] + at));
#pragma clang loop unroll(full)
            for (int n = 0; n < vectors; n++) {
              const lanes_f32 r = half_sum(a, b[n], sums[m][n]);
              const lanes_u32 key = half_key(r);
              least = m == first && n == 0 ? key : HALVES_LEAST(least, key);
              rounded[m - first][n] = from_bits((bits_of(r) + 0x1000u) & 0xffffe000u);
            }
          }
          if (__builtin_expect(needs_care(least), 0)) {
#pragma clang loop unroll(full)
            for (int m = first; m < last; m++) {
              const lanes_u32 a = spread(row[m] + at);
#pragma clang loop unroll(full)
              for (int n = 0; n < vectors; n++) rounded[m - first][n] = STEP(sums[m][n], a, bits_of(b[n]));
            }
          }
#pragma clang loop unroll(full)
          for (int m = first; m < last; m++) {
#pragma clang loop unroll(full)
            for (int n = 0; n < vectors; n++) sums[m][n] = rounded[m - first][n];
          }
        }
      }
#pragma clang loop unroll(full)
      for (int m = 0; m < rows; m++) {
#pragma clang loop unroll(full)
        for (int n = 0; n < vectors; n++) after = greater_bits(after, magnitude_bits(sums[m][n]));
      }
      // Roundings make a sum greater by at most (1 + 2^-11)^PIECE < 2. Comparisons with NaN are false, and sums that
      // met one are NaN.
      const float bound = greatest_magnitude(before) +
                          greatest_magnitude(left) * greatest_magnitude(magnitude_bits(right)) * (float)count;
      const int is_bounded = bound < 0x1p14f && greatest_magnitude(after) < 0x1p15f;
#pragma clang loop unroll(full)
      for (int m = 0; m < rows; m++) {
#pragma clang loop unroll(full)
        for (int n = 0; n < vectors; n++) {
          float *const sum = stored + m * width + n * LANES;
          if (!is_bounded) {
            sums[m][n] = load(sum);
            for (ptrdiff_t k = 0; k < count; k++) {
              const lanes_f32 b = load(weights + (k * vectors + n) * (4 * LANES));
              sums[m][n] = STEP(sums[m][n], spread(row[m] + 4 * k), bits_of(b));
            }
          }
          store(sum, sums[m][n]);
        }
      }
      weights = panel;
    }
  }
}

#undef HALVES_LEAST
#undef HALFWAY_MASK
#undef ROWS_AT_ONCE
