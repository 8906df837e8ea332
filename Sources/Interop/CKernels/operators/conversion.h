// Integer sums, value ranges, transposition.

/// Stands for NaN among integer sums: no sum of at most 66,000 products of u8 and s8 reaches it.
#define NOT_A_SUM INT32_MIN

static void accumulate_s32(const float *partial, int32_t *sums, ptrdiff_t count, int first) {
  for (ptrdiff_t i = 0; i < count; i += LANES) {
    const lanes_f32 value = load_up_to(partial + i, count - i);
    const lanes_s32 before = first ? (lanes_s32)0 : (lanes_s32)load_up_to(sums + i, count - i);
    const lanes_s32 broken = (value != value) | (before == NOT_A_SUM);
    const lanes_f32 whole = broken ? (lanes_f32)0 : value;
    // Unsigned, because signed overflow is undefined in C and hardware wraps.
    const lanes_u32 sum = (lanes_u32)before + (lanes_u32) __builtin_convertvector(whole, lanes_s32);
    store_up_to(sums + i, from_bits(broken ? (lanes_u32)NOT_A_SUM : sum), count - i);
  }
}

static void convert_s32(const int32_t *sums, float *dst, ptrdiff_t count) {
  for (ptrdiff_t i = 0; i < count; i += LANES) {
    const lanes_s32 sum = (lanes_s32)load_up_to(sums + i, count - i);
    const lanes_f32 value = __builtin_convertvector(sum, lanes_f32);
    store_up_to(dst + i, sum == NOT_A_SUM ? (lanes_f32)__builtin_nanf("") : value, count - i);
  }
}

static void transpose(const float *src, ptrdiff_t rows, ptrdiff_t columns, float *dst) {
  enum { TILE = 16 };
  // Tiles of whole cache lines on both sides.
  for (ptrdiff_t r = 0; r < rows; r += TILE) {
    const ptrdiff_t row_end = smaller(r + TILE, rows);
    for (ptrdiff_t c = 0; c < columns; c += TILE) {
      const ptrdiff_t column_end = smaller(c + TILE, columns);
      for (ptrdiff_t j = c; j < column_end; j++) {
        for (ptrdiff_t i = r; i < row_end; i++) dst[j * rows + i] = src[i * columns + j];
      }
    }
  }
}

static void min_max(const float *src, ptrdiff_t count, float *least, float *greatest) {
  lanes_f32 low[4], high[4];
  for (int lane = 0; lane < 4; lane++) {
    low[lane] = (lanes_f32)__builtin_inff();
    high[lane] = -low[lane];
  }
  ptrdiff_t i = 0;
  for (; i + 4 * LANES <= count; i += 4 * LANES) {
    for (int lane = 0; lane < 4; lane++) {
      const lanes_f32 value = load(src + i + lane * LANES);
      low[lane] = at_most(low[lane], value);
      high[lane] = at_least(high[lane], value);
    }
  }
  for (; i < count; i += LANES) {
    const lanes_s32 present = first_lanes(count - i);
    const lanes_f32 value = load_up_to(src + i, count - i);
    low[0] = present ? at_most(low[0], value) : low[0];
    high[0] = present ? at_least(high[0], value) : high[0];
  }
  *least = least_of(at_most(at_most(low[0], low[1]), at_most(low[2], low[3])));
  *greatest = greatest_of(at_least(at_least(high[0], high[1]), at_least(high[2], high[3])));
}
