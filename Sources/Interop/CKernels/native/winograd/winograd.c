// Winograd's convolution around the levels' transforms and the matrix kernels: sizes, packing and the 36 products.
#include "../gemm/panels.h"
#include "plan.h"

enum { ELEMENTS = 36, TAPS = 9 };

static const winograd_transforms *transforms_for(const ckernels_gemm_kernel *kernel) {
#if defined(__x86_64__)
  if (kernel->lanes == 16) return &ckernels_winograd_avx512_core;
  if (kernel->lanes == 8) return &ckernels_winograd_avx2;
#else
  (void)kernel;
#endif
  return &ckernels_winograd_generic;
}

ptrdiff_t ckernels_winograd_tiles(const ckernels_winograd *w) {
  return (ptrdiff_t)w->batch * (((ptrdiff_t)w->out_height + 3) / 4) * (((ptrdiff_t)w->out_width + 3) / 4);
}

ptrdiff_t ckernels_winograd_panel(const ckernels_gemm_kernel *kernel, ckernels_winograd_weights form) {
  return form == CKERNELS_WINOGRAD_UNTRANSFORMED ? kernel->lanes : kernel->nr;
}

ptrdiff_t ckernels_winograd_packed_bytes(
  const ckernels_gemm_kernel *kernel, ckernels_winograd_weights form, ptrdiff_t channels, ptrdiff_t out_channels) {
  const ptrdiff_t each = form == CKERNELS_WINOGRAD_UNTRANSFORMED ? TAPS : ELEMENTS;
  return ckernels_gemm_packed_bytes(kernel, each, channels, out_channels);
}

ptrdiff_t ckernels_winograd_input_bytes(ptrdiff_t channels, ptrdiff_t block_tiles) {
  ptrdiff_t floats;
  if (channels < 0 || block_tiles < 0 || channels > PTRDIFF_MAX - 15 || block_tiles > PTRDIFF_MAX - FEW_TILES)
    return -1;
  const ptrdiff_t tiles = (block_tiles + FEW_TILES - 1) / FEW_TILES * FEW_TILES;
  if (__builtin_mul_overflow(tiles, pitch_of(channels), &floats) || floats > PTRDIFF_MAX / 4 / ELEMENTS - 16) return -1;
  return ELEMENTS * 4 * plane_of(tiles, channels);
}

ptrdiff_t ckernels_winograd_sums_bytes(ptrdiff_t block_tiles) {
  return ckernels_winograd_input_bytes(WINOGRAD_GROUP, block_tiles);
}

/// G for the points 0, +-p, +-q and infinity: the rows (1, x, x^2) over the product of x's distances to the others.
static void weight_matrix(double matrix[6][3]) {
  const double p = 0.625, q = 1.5;
  const double points[5] = {0, p, -p, q, -q};
  for (int i = 0; i < 5; i++) {
    double scale = 1;
    for (int j = 0; j < 5; j++) scale *= i == j ? 1 : points[i] - points[j];
    for (int k = 0; k < 3; k++) matrix[i][k] = (k == 0 ? 1 : k == 1 ? points[i] : points[i] * points[i]) / scale;
  }
  matrix[5][0] = matrix[5][1] = 0;
  matrix[5][2] = 1;
}

/// G g G^T of one 3 x 3 kernel, rounded once; element e to dst[e * plane].
static void transform_kernel(const double matrix[6][3], const float *kernel, float *dst, ptrdiff_t plane) {
  double half[6][3];
  for (int y = 0; y < 6; y++) {
    for (int x = 0; x < 3; x++) {
      half[y][x] = matrix[y][0] * kernel[x] + matrix[y][1] * kernel[3 + x] + matrix[y][2] * kernel[6 + x];
    }
  }
  for (int y = 0; y < 6; y++) {
    for (int x = 0; x < 6; x++) {
      dst[(6 * y + x) * plane] =
        (float)(half[y][0] * matrix[x][0] + half[y][1] * matrix[x][1] + half[y][2] * matrix[x][2]);
    }
  }
}

/// Weights as they are, for one vector of output channels: [channel][tap][lane].
static void pack_plain(const ckernels_gemm_kernel *kernel, const float *weights, ptrdiff_t channels,
  ptrdiff_t out_channels, ptrdiff_t vector, float *packed) {
  const ptrdiff_t lanes = kernel->lanes, first = vector * lanes;
  float *dst = packed + first * channels * TAPS;
  for (ptrdiff_t i = 0; i < channels * TAPS; i++, dst += lanes) {
    for (ptrdiff_t c = 0; c < lanes; c++) {
      dst[c] = first + c < out_channels ? weights[(first + c) * channels * TAPS + i] : 0;
    }
  }
}

void ckernels_winograd_pack(const ckernels_gemm_kernel *kernel, ckernels_winograd_weights form, const float *weights,
  ptrdiff_t channels, ptrdiff_t out_channels, ptrdiff_t begin, ptrdiff_t end, float *packed) {
  double matrix[6][3];
  weight_matrix(matrix);
  for (ptrdiff_t panel = begin; panel < end; panel++) {
    if (form == CKERNELS_WINOGRAD_UNTRANSFORMED) {
      pack_plain(kernel, weights, channels, out_channels, panel, packed);
      continue;
    }
    const ptrdiff_t first = panel * kernel->nr, width = panel_columns(kernel, out_channels, first);
    float *dst = packed + ELEMENTS * channels * first;
    for (ptrdiff_t i = 0; i < channels; i++) {
      for (ptrdiff_t c = 0; c < width; c++) {
        static const float zeros[TAPS];
        const float *source = first + c < out_channels ? weights + ((first + c) * channels + i) * TAPS : zeros;
        transform_kernel(matrix, source, dst + i * width + c, channels * width);
      }
    }
  }
}

void ckernels_winograd_transform_input(
  const ckernels_winograd *w, const ckernels_winograd_block *block, ptrdiff_t begin, ptrdiff_t end) {
  transforms_for(w->kernel)->input(w, block, begin, end);
}

/// The 36 products of a block with one panel. While a matrix of weights is multiplied, the next one is fetched: the
/// rows that share a matrix take turns.
static void multiply_panel(
  const ckernels_winograd *w, const ckernels_winograd_block *block, ptrdiff_t panel, float *sums, ptrdiff_t plane) {
  const ckernels_gemm_kernel *kernel = w->kernel;
  const ptrdiff_t tiles = block->end - block->begin, channels = w->channels, pitch = pitch_of(channels);
  const ptrdiff_t width = panel_columns(kernel, w->out_channels, panel * kernel->nr);
  const ptrdiff_t input_plane = plane_of(tiles, channels);
  const ptrdiff_t turns = (tiles + kernel->mr - 1) / kernel->mr;
  const ptrdiff_t matrix = channels * width, share = matrix * 4 / (turns > 0 ? turns : 1);
  const float *weights = w->weights + ELEMENTS * channels * panel * kernel->nr;
  ckernels_gemm_tile tile = {.tap_stride = 0, .taps = 1, .depth = channels};
  if (turns > 1 && channels > 0) tile.prefetch_step = share / channels;
  for (ptrdiff_t element = 0; element < ELEMENTS; element++, weights += matrix, sums += plane) {
    const float *inputs = block->inputs + element * input_plane;
    tile.weights = weights;
    for (ptrdiff_t turn = 0; turn < turns; turn++) {
      const ptrdiff_t begin = tiles * turn / turns, rows = tiles * (turn + 1) / turns - begin;
      const void *addresses[CKERNELS_GEMM_MAX_ROWS];
      for (ptrdiff_t r = 0; r < rows; r++) addresses[r] = inputs + (begin + r) * pitch;
      tile.rows = addresses;
      tile.sums = sums + begin * width;
      if (turns > 1) tile.prefetch = (const char *)(weights + matrix) + turn * share;
      kernel->tile(&tile, (int)rows, (int)(width / kernel->lanes));
    }
  }
}

void ckernels_winograd_multiply(
  const ckernels_winograd *w, const ckernels_winograd_block *block, ptrdiff_t begin, ptrdiff_t end, float *sums) {
  const ckernels_gemm_kernel *kernel = w->kernel;
  const ptrdiff_t tiles = block->end - block->begin, together = WINOGRAD_GROUP / kernel->nr;
  if (tiles <= 0) return;
  if (w->form == CKERNELS_WINOGRAD_UNTRANSFORMED) {
    transforms_for(kernel)->multiply_few(w, block, begin, end, sums);
    return;
  }
  sums_group group = {
    .sums = sums, .plane = plane_of(tiles, WINOGRAD_GROUP), .panel = tiles * kernel->nr, .nr = kernel->nr};
  for (ptrdiff_t panel = begin; panel < end; panel += together) {
    const ptrdiff_t count = end - panel < together ? end - panel : together;
    for (ptrdiff_t i = 0; i < count; i++) multiply_panel(w, block, panel + i, sums + i * group.panel, group.plane);
    const ptrdiff_t left = w->out_channels - panel * kernel->nr;
    group.first = panel * kernel->nr;
    group.columns = left < count * kernel->nr ? left : count * kernel->nr;
    group.last_width = panel_columns(kernel, w->out_channels, (panel + count - 1) * kernel->nr);
    transforms_for(kernel)->output(w, &group, block->begin, block->end);
  }
}
