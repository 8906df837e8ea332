// What the levels' transforms and the loops around them share: where tiles and their values lie.
#pragma once
#include "../../include/ckernels_winograd.h"

/// Output channels whose sums are transformed together: as wide as the widest panel.
enum { WINOGRAD_GROUP = CKERNELS_GEMM_MAX_COLUMNS };

/// The sums of a block's tiles for a few panels: [36][panel][tile][columns of the panel].
typedef struct sums_group {
  const float *sums;
  /// Floats from one of the 36 to the next, from a panel to the next; columns of a panel, the last one's in memory.
  ptrdiff_t plane, panel, nr, last_width;
  /// The group's first output channel and their number.
  ptrdiff_t first, columns;
} sums_group;

static inline const float *sums_at(const sums_group *group, ptrdiff_t tile, ptrdiff_t column) {
  const ptrdiff_t panel = column / group->nr;
  const ptrdiff_t width = group->columns - panel * group->nr < group->nr ? group->last_width : group->nr;
  return group->sums + panel * group->panel + tile * width + column % group->nr;
}

/// With untransformed weights: tiles whose inputs lie together, and channels that are taken at a time.
enum { FEW_TILES = 4, FEW_DEPTH = 16 };

/// Where a tile's inputs of a part of the channels begin: [4 tiles][part][36][tile][channel].
static inline ptrdiff_t few_inputs_at(ptrdiff_t tile, ptrdiff_t part, ptrdiff_t channels) {
  const ptrdiff_t parts = (channels + FEW_DEPTH - 1) / FEW_DEPTH;
  return (tile / FEW_TILES * parts + part) * (36 * FEW_TILES * FEW_DEPTH) + tile % FEW_TILES * FEW_DEPTH;
}

/// Floats from one of a vector's 36 sums of all tiles to the next: an odd number of lines.
static inline ptrdiff_t few_plane_of(ptrdiff_t tiles, ptrdiff_t lanes) { return ((tiles * lanes + 15) / 16 | 1) * 16; }

/// The transforms of one instruction-set level.
typedef struct winograd_transforms {
  void (*input)(
    const ckernels_winograd *convolution, const ckernels_winograd_block *block, ptrdiff_t begin, ptrdiff_t end);
  /// Transforms and finishes the sums of tiles begin ..< end, which are all that the group has.
  void (*output)(const ckernels_winograd *convolution, const sums_group *group, ptrdiff_t begin, ptrdiff_t end);
  /// ckernels_winograd_multiply with untransformed weights.
  void (*multiply_few)(const ckernels_winograd *convolution, const ckernels_winograd_block *block, ptrdiff_t begin,
    ptrdiff_t end, float *sums);
} winograd_transforms;

extern const winograd_transforms ckernels_winograd_generic;
#if defined(__x86_64__)
extern const winograd_transforms ckernels_winograd_avx2;
extern const winograd_transforms ckernels_winograd_avx512_core;
#endif

/// Floats from a tile's transformed channels to the next tile's: whole cache lines.
static inline ptrdiff_t pitch_of(ptrdiff_t channels) { return (channels + 15) / 16 * 16; }

/// Floats from one of the 36 matrices to the next: an odd number of lines, so that the 36 stores of a transform do not
/// fall into the same few sets of the cache.
static inline ptrdiff_t plane_of(ptrdiff_t tiles, ptrdiff_t channels) {
  return (tiles * pitch_of(channels) / 16 | 1) * 16;
}

/// Where a tile lies.
typedef struct tile_place {
  ptrdiff_t image;
  /// Of its first input pixel; may be outside.
  ptrdiff_t top, left;
  /// Its first result's pixel, counted through all images, and how many rows and columns of results exist.
  ptrdiff_t result, rows, columns;
} tile_place;

static inline tile_place place_of(const ckernels_winograd *w, ptrdiff_t tile) {
  const ptrdiff_t across = ((ptrdiff_t)w->out_width + 3) / 4, down = ((ptrdiff_t)w->out_height + 3) / 4;
  const ptrdiff_t x = tile % across * 4, y = tile / across % down * 4, image = tile / across / down;
  const ptrdiff_t rows = w->out_height - y, columns = w->out_width - x;
  return (tile_place){
    .image = image,
    .top = y - w->padding_top,
    .left = x - w->padding_left,
    .result = (image * w->out_height + y) * w->out_width + x,
    .rows = rows < 4 ? rows : 4,
    .columns = columns < 4 ? columns : 4,
  };
}

/// The input pixel at a place, `shift` columns on, counted through all images; meaningless where it is outside.
static inline ptrdiff_t pixel_of(const ckernels_winograd *w, tile_place at, ptrdiff_t shift) {
  return (at.image * w->height + at.top) * w->width + at.left + shift;
}

/// An address that is only prefetched: it may lie outside the tensor, so it is no pointer's arithmetic.
#define address_of(base, elements) ((__typeof__(&*(base)))((uintptr_t)(base) + (uintptr_t)(elements) * sizeof(*(base))))

static inline ptrdiff_t format_bytes(ckernels_format format) {
  return format.kind == CKERNELS_FORMAT_FP32 ? 4 : format.kind == CKERNELS_FORMAT_BF16 ? 2 : 1;
}
