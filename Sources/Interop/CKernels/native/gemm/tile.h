// The register tile: rows x vectors sums, all of them in registers over the whole depth.
//
// Included once per kernel by kernel.h.

INLINE void TILE(const ckernels_gemm_tile *tile, const int rows, const int vectors) {
  lanes_f32 sums[MR][NV];
  float *const stored = tile->sums;
  const int width = vectors * LANES;
#pragma clang loop unroll(full)
  for (int m = 0; m < rows; m++) {
#pragma clang loop unroll(full)
    for (int n = 0; n < vectors; n++) {
      sums[m][n] = tile->continues ? load(stored + m * width + n * LANES)
                   : tile->start   ? load(tile->start + n * LANES)
                                   : (lanes_f32)0.0f;
    }
  }

  const ptrdiff_t bytes = tile->depth * (4 / KR), whole = bytes & ~(ptrdiff_t)3;
  const char *weights = tile->weights;
  const ptrdiff_t prefetch_step = tile->prefetch ? tile->prefetch_step : 0;
  const char *prefetch = tile->prefetch ? tile->prefetch : weights;
  const void *const *addresses = tile->rows;
  for (ptrdiff_t tap = 0; tap < tile->taps; tap++, addresses += tile->tap_stride) {
    const char *row[MR];
#pragma clang loop unroll(full)
    for (int m = 0; m < rows; m++) row[m] = addresses[m];
#pragma clang loop unroll(disable)
    for (ptrdiff_t at = 0; at < whole; at += 4) {
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
        for (int n = 0; n < vectors; n++) sums[m][n] = STEP(sums[m][n], a, b[n]);
      }
    }
    if (whole == bytes) continue;
    lanes_u32 b[NV];
#pragma clang loop unroll(full)
    for (int n = 0; n < vectors; n++) b[n] = bits_of(load(weights + n * (4 * LANES)));
    weights += 4 * width;
#pragma clang loop unroll(full)
    for (int m = 0; m < rows; m++) {
      const lanes_u32 a = spread_part(4 / KR, row[m] + whole, bytes - whole);
#pragma clang loop unroll(full)
      for (int n = 0; n < vectors; n++) sums[m][n] = STEP(sums[m][n], a, b[n]);
    }
  }

#pragma clang loop unroll(full)
  for (int m = 0; m < rows; m++) {
#pragma clang loop unroll(full)
    for (int n = 0; n < vectors; n++) store(stored + m * width + n * LANES, sums[m][n]);
  }
}
