// Integer sums and value ranges.

static void accumulate_s32(const float *partial, int32_t *sums, ptrdiff_t count, int first) {
  for (ptrdiff_t i = 0; i < count; i += LANES) {
    const lanes_s32 whole = __builtin_convertvector(load_up_to(partial + i, count - i), lanes_s32);
    const lanes_u32 before = first ? (lanes_u32)0 : bits_of(load_up_to(sums + i, count - i));
    // Unsigned, because signed overflow is undefined in C and hardware wraps.
    store_up_to(sums + i, from_bits(before + (lanes_u32)whole), count - i);
  }
}

static void convert_s32(const int32_t *sums, float *dst, ptrdiff_t count) {
  for (ptrdiff_t i = 0; i < count; i += LANES) {
    const lanes_s32 sum = (lanes_s32)load_up_to(sums + i, count - i);
    store_up_to(dst + i, __builtin_convertvector(sum, lanes_f32), count - i);
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
