// A tile whose sums are those of blocks of the depth: BLOCK_SUMS chains for each sum stay in registers over a block and
// are then added to the sum, which is in memory.
//
// Included once per kernel by kernel.h. STEP(chains, a, b) multiplies; STEP__total(sum, chains) adds a block to a sum.

INLINE void TILE(const ckernels_gemm_tile *tile, const int rows, const int vectors) {
  float *const stored = tile->sums;
  const int width = vectors * LANES;
  if (!tile->continues) {
    for (int m = 0; m < rows; m++) {
      for (int n = 0; n < vectors; n++) store(stored + m * width + n * LANES, (lanes_f32)0.0f);
    }
  }
  const ptrdiff_t bytes = tile->depth * (4 / KR);
  const char *weights = tile->weights;
  const ptrdiff_t prefetch_step = tile->prefetch ? tile->prefetch_step : 0;
  const char *prefetch = tile->prefetch ? tile->prefetch : weights;
  const void *const *addresses = tile->rows;
  for (ptrdiff_t tap = 0; tap < tile->taps; tap++, addresses += tile->tap_stride) {
    const char *row[MR];
#pragma clang loop unroll(full)
    for (int m = 0; m < rows; m++) row[m] = addresses[m];
    for (ptrdiff_t begin = 0; begin < bytes; begin += BLOCK * (4 / KR)) {
      const ptrdiff_t end = smaller(begin + BLOCK * (4 / KR), bytes), whole = end & ~(ptrdiff_t)3;
      lanes_f32 chains[MR][NV][BLOCK_SUMS];
#pragma clang loop unroll(full)
      for (int m = 0; m < rows; m++) {
#pragma clang loop unroll(full)
        for (int n = 0; n < vectors; n++) {
#pragma clang loop unroll(full)
          for (int c = 0; c < BLOCK_SUMS; c++) chains[m][n][c] = (lanes_f32)0.0f;
        }
      }
#pragma clang loop unroll(disable)
      for (ptrdiff_t at = begin; at < whole; at += 4) {
        lanes_u32 b[NV];
        __builtin_prefetch(prefetch, 0, 2);
        prefetch += prefetch_step;
#pragma clang loop unroll(full)
        for (int n = 0; n < vectors; n++) b[n] = bits_of(load(weights + n * (4 * LANES)));
        weights += 4 * width;
#pragma clang loop unroll(full)
        for (int m = 0; m < rows; m++) {
          const lanes_u32 a = spread(row[m] + at);
#pragma clang loop unroll(full)
          for (int n = 0; n < vectors; n++) STEP(chains[m][n], a, b[n]);
        }
      }
      if (whole != end) {
        lanes_u32 b[NV];
#pragma clang loop unroll(full)
        for (int n = 0; n < vectors; n++) b[n] = bits_of(load(weights + n * (4 * LANES)));
        weights += 4 * width;
#pragma clang loop unroll(full)
        for (int m = 0; m < rows; m++) {
          const lanes_u32 a = spread_part(4 / KR, row[m] + whole, end - whole);
#pragma clang loop unroll(full)
          for (int n = 0; n < vectors; n++) STEP(chains[m][n], a, b[n]);
        }
      }
#pragma clang loop unroll(full)
      for (int m = 0; m < rows; m++) {
#pragma clang loop unroll(full)
        for (int n = 0; n < vectors; n++) {
          float *sum = stored + m * width + n * LANES;
          store(sum, JOIN(STEP, _, total)(load(sum), chains[m][n]));
        }
      }
    }
  }
}
