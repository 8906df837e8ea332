// Winograd's products for few tiles: weights are transformed on their way into the product.
//
// Transformed weights are four times as many as the weights. Where few tiles share them, reading them takes longer than
// multiplying; so here a vector of output channels takes FEW_DEPTH channels at a time through both passes of G g G^T:
// the first to a buffer that stays in the first-level cache, the second in registers, right before the products of a
// few tiles: 6 operations beside 24 products.
//
// G has the rows (1, x, x^2) here; the factors that make them G's are applied to the last sums.

/// Tiles whose six sums have registers.
#define FEW_ROWS (LANES == 16 ? 4 : 2)

#define FEW_SCALE_0 (1 / (P * P * Q * Q))
#define FEW_SCALE_P (1 / (2 * P * P * (P * P - Q * Q)))
#define FEW_SCALE_Q (1 / (2 * Q * Q * (Q * Q - P * P)))

/// One pass without G's factors: the value at each point, which at 0 is g0 and at infinity g2.
INLINE void weight_points(lanes_f32 g0, lanes_f32 g1, lanes_f32 g2, lanes_f32 result[6]) {
  const lanes_f32 even_p = multiply_add(g2, (lanes_f32)(P * P), g0), even_q = multiply_add(g2, (lanes_f32)(Q * Q), g0);
  result[0] = g0;
  result[1] = multiply_add(g1, (lanes_f32)P, even_p);
  result[2] = multiply_add(-g1, (lanes_f32)P, even_p);
  result[3] = multiply_add(g1, (lanes_f32)Q, even_q);
  result[4] = multiply_add(-g1, (lanes_f32)Q, even_q);
  result[5] = g2;
}

/// The first pass for `depth` channels: weights[k][3 y + x] to half[y][k][x].
INLINE void half_weights(const float *weights, ptrdiff_t depth, float *half) {
  for (ptrdiff_t k = 0; k < depth; k++, weights += 9 * LANES, half += 3 * LANES) {
#pragma clang loop unroll(full)
    for (int x = 0; x < 3; x++) {
      lanes_f32 column[6];
      weight_points(
        load(weights + x * LANES), load(weights + (3 + x) * LANES), load(weights + (6 + x) * LANES), column);
#pragma clang loop unroll(full)
      for (int y = 0; y < 6; y++) store(half + (y * FEW_DEPTH * 3 + x) * LANES, column[y]);
    }
  }
}

/// Adds `depth` channels to one of the six rows of sums of `tiles` tiles. half[k][x], inputs[x][tile][k],
/// sums[x * plane + tile]; `factors` are NULL but for the last channels.
INLINE void few_products(const int tiles, ptrdiff_t depth, const float *half, const float *inputs, int continues,
  const float *factors, float *sums, ptrdiff_t plane) {
  lanes_f32 total[6][FEW_ROWS];
#pragma clang loop unroll(full)
  for (int x = 0; x < 6; x++) {
#pragma clang loop unroll(full)
    for (int t = 0; t < tiles; t++) {
      total[x][t] = continues ? load(sums + x * plane + t * LANES) : (lanes_f32)0.0f;
    }
  }
#pragma clang loop unroll(disable)
  for (ptrdiff_t k = 0; k < depth; k++, half += 3 * LANES, inputs++) {
    lanes_f32 weights[6];
    weight_points(load(half), load(half + LANES), load(half + 2 * LANES), weights);
#pragma clang loop unroll(full)
    for (int x = 0; x < 6; x++) {
#pragma clang loop unroll(full)
      for (int t = 0; t < tiles; t++) {
        total[x][t] = multiply_add((lanes_f32)inputs[(x * FEW_TILES + t) * FEW_DEPTH], weights[x], total[x][t]);
      }
    }
  }
#pragma clang loop unroll(full)
  for (int x = 0; x < 6; x++) {
#pragma clang loop unroll(full)
    for (int t = 0; t < tiles; t++) {
      store(sums + x * plane + t * LANES, factors ? total[x][t] * factors[x] : total[x][t]);
    }
  }
}

typedef void few_function(ptrdiff_t depth, const float *half, const float *inputs, int continues, const float *factors,
  float *sums, ptrdiff_t plane);
#define FEW_FUNCTION(tiles) \
  static void few_products_##tiles(ptrdiff_t depth, const float *half, const float *inputs, int continues, \
    const float *factors, float *sums, ptrdiff_t plane) { \
    few_products(tiles, depth, half, inputs, continues, factors, sums, plane); \
  }
FEW_FUNCTION(1)
FEW_FUNCTION(2)
#if LANES == 16
FEW_FUNCTION(3)
FEW_FUNCTION(4)
#endif

static void multiply_few(
  const ckernels_winograd *w, const ckernels_winograd_block *block, ptrdiff_t begin, ptrdiff_t end, float *sums) {
#if LANES == 16
  static few_function *const functions[FEW_ROWS] = {few_products_1, few_products_2, few_products_3, few_products_4};
#else
  static few_function *const functions[FEW_ROWS] = {few_products_1, few_products_2};
#endif
  static const float scales[6] = {FEW_SCALE_0, FEW_SCALE_P, FEW_SCALE_P, FEW_SCALE_Q, FEW_SCALE_Q, 1};
  const ptrdiff_t tiles = block->end - block->begin, channels = w->channels;
  const ptrdiff_t parts = (channels + FEW_DEPTH - 1) / FEW_DEPTH;
  const ptrdiff_t plane = few_plane_of(tiles, LANES);
  float half[6 * 3 * FEW_DEPTH * LANES] __attribute__((aligned(64)));
  sums_group group = {.sums = sums, .plane = plane, .nr = LANES, .last_width = LANES};
  for (ptrdiff_t vector = begin; vector < end; vector++) {
    const float *weights = w->weights + vector * channels * 9 * LANES;
    for (ptrdiff_t part = 0; part < larger(parts, 1); part++) {
      const ptrdiff_t depth = smaller(FEW_DEPTH, channels - part * FEW_DEPTH);
      half_weights(weights, depth, half);
      weights += depth * 9 * LANES;
      for (ptrdiff_t y = 0; y < 6; y++) {
        float factors[6];
        for (int x = 0; x < 6; x++) factors[x] = scales[y] * scales[x];
        // The next channels' weights come from memory while these are multiplied.
        for (ptrdiff_t i = 0; i < FEW_DEPTH * 9 / 6; i++) {
          __builtin_prefetch(address_of(weights, (y * (FEW_DEPTH * 9 / 6) + i) * LANES), 0, 2);
        }
        for (ptrdiff_t t = 0; t < tiles; t += FEW_ROWS) {
          const float *inputs = block->inputs + few_inputs_at(t, part, channels) + y * (6 * FEW_TILES * FEW_DEPTH);
          functions[smaller(FEW_ROWS, tiles - t) - 1](depth, half + y * FEW_DEPTH * 3 * LANES, inputs, part > 0,
            part + 1 >= parts ? factors : NULL, sums + 6 * y * plane + t * LANES, plane);
        }
      }
    }
    group.first = vector * LANES;
    group.columns = smaller(LANES, w->out_channels - group.first);
    transform_output(w, &group, block->begin, block->end);
  }
}
