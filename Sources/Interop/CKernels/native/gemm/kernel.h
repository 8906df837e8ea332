// One kernel: its tiles of all sizes and its row of the table.
//
// Included once per kernel, inside the target attribute of its level. The including file defines LANES and, for this
// kernel, STEP (the function that multiplies and accumulates; its name is unique in the file), KR, MR, NV, TYPES,
// INTEGERS, FEATURES, NAME and KERNEL (the table's row), which are undefined again here. It may define
// - BLOCK and BLOCK_SUMS: sums of BLOCK elements of depth each, so many at a time, are added to the sums
//   (tile_blocks.h);
// - TILE_HEADER: another file that defines the tile;
// - FLUSHES: subnormal operands and results count as zero.
#define JOIN_AGAIN(a, b, c) a##b##_##c
#define JOIN(a, b, c) JOIN_AGAIN(a, b, c)
#define TILE JOIN(STEP, _, tile)
#define TILE_OF(rows, vectors) JOIN(STEP, _##rows, vectors)
#if defined(TILE_HEADER)
#define BLOCK KR
#include TILE_HEADER
#elif defined(BLOCK)
#include "tile_blocks.h"
#else
#define BLOCK KR
#include "tile.h"
#endif

/// One function for each number of rows and vectors, so that every sum has a register.
#define TILE_FUNCTION(rows, vectors) \
  static void TILE_OF(rows, vectors)(const ckernels_gemm_tile *tile) { TILE(tile, rows, vectors); }
#if NV == 4
#define TILE_FUNCTIONS(rows) TILE_FUNCTION(rows, 1) TILE_FUNCTION(rows, 2) TILE_FUNCTION(rows, 3) TILE_FUNCTION(rows, 4)
#define TILES_OF(rows) {TILE_OF(rows, 1), TILE_OF(rows, 2), TILE_OF(rows, 3), TILE_OF(rows, 4)}
#else
#define TILE_FUNCTIONS(rows) TILE_FUNCTION(rows, 1) TILE_FUNCTION(rows, 2)
#define TILES_OF(rows) {TILE_OF(rows, 1), TILE_OF(rows, 2)}
#endif
TILE_FUNCTIONS(1);
TILE_FUNCTIONS(2);
#if MR > 2
TILE_FUNCTIONS(3);
#endif
#if MR > 3
TILE_FUNCTIONS(4);
#endif
#if MR > 4
TILE_FUNCTIONS(5);
TILE_FUNCTIONS(6);
#endif

static void JOIN(STEP, _, run)(const ckernels_gemm_tile *tile, int rows, int vectors) {
  static void (*const tiles[MR][NV])(const ckernels_gemm_tile *) = {
    TILES_OF(1),
    TILES_OF(2),
#if MR > 2
    TILES_OF(3),
#endif
#if MR > 3
    TILES_OF(4),
#endif
#if MR > 4
    TILES_OF(5),
    TILES_OF(6),
#endif
  };
#if defined(FLUSHES) && defined(__x86_64__)
  const uint32_t control = flush_subnormals();
  tiles[rows - 1][vectors - 1](tile);
  restore_control(control);
#else
  tiles[rows - 1][vectors - 1](tile);
#endif
}

static void JOIN(STEP, _, finish)(
  const ckernels_gemm_finish *finish, void *sums, ptrdiff_t pitch, int rows, int columns) {
  finish_tile(INTEGERS, finish, sums, pitch, rows, columns);
}

static void JOIN(STEP, _, pack)(const void *src, ptrdiff_t pitch, int is_transposed, ptrdiff_t depth, ptrdiff_t columns,
  ptrdiff_t begin, ptrdiff_t end, void *packed) {
  if (is_transposed) {
    pack_columns(KR, NV * LANES, src, pitch, depth, columns, begin, end, packed);
  } else {
    pack_rows(KR, NV * LANES, src, pitch, depth, columns, begin, end, packed);
  }
}

#if KR == 4
static void JOIN(STEP, _, column_sums)(const void *packed, ptrdiff_t taps, ptrdiff_t depth, ptrdiff_t columns,
  ptrdiff_t begin, ptrdiff_t end, int32_t factor, int32_t *sums) {
  sum_columns(NV * LANES, packed, taps * ((depth + KR - 1) / KR), columns, begin, end, factor, sums);
}
#endif

const ckernels_gemm_kernel KERNEL = {
  .name = NAME,
  .types = TYPES,
  .features = FEATURES,
  .mr = MR,
  .nr = NV * LANES,
  .kr = KR,
  .block = BLOCK,
  .lanes = LANES,
  .tile = JOIN(STEP, _, run),
  .finish = JOIN(STEP, _, finish),
  .pack = JOIN(STEP, _, pack),
#if KR == 4
  .column_sums = JOIN(STEP, _, column_sums),
#endif
};

#undef JOIN_AGAIN
#undef JOIN
#undef TILE
#undef TILE_OF
#undef TILE_FUNCTION
#undef TILE_FUNCTIONS
#undef TILES_OF
#undef STEP
#undef BLOCK
#undef BLOCK_SUMS
#undef TILE_HEADER
#undef FLUSHES
#undef KR
#undef MR
#undef NV
#undef TYPES
#undef INTEGERS
#undef FEATURES
#undef NAME
#undef KERNEL
