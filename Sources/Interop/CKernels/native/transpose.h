// A square of vectors with rows and columns exchanged. Included once per level, after the operators' lanes.h.

/// Swaps the blocks off the diagonal of all squares of 2 * `d` lanes: the stages d = LANES / 2 ... 1 transpose.
#define SWAPPED_LOW(j, d) ((j) & (d) ? LANES + (j) - (d) : (j))
#define SWAPPED_HIGH(j, d) ((j) & (d) ? LANES + (j) : (j) + (d))
#define FOUR_INDICES(WHICH, j, d) WHICH(j, d), WHICH(j + 1, d), WHICH(j + 2, d), WHICH(j + 3, d)
#if LANES == 16
#define ALL_INDICES(WHICH, d) \
  FOUR_INDICES(WHICH, 0, d), FOUR_INDICES(WHICH, 4, d), FOUR_INDICES(WHICH, 8, d), FOUR_INDICES(WHICH, 12, d)
#elif LANES == 8
#define ALL_INDICES(WHICH, d) FOUR_INDICES(WHICH, 0, d), FOUR_INDICES(WHICH, 4, d)
#else
#define ALL_INDICES(WHICH, d) FOUR_INDICES(WHICH, 0, d)
#endif
#define SWAP_BLOCKS(rows, d) \
  for (int i = 0; i < LANES; i++) { \
    if (i & (d)) continue; \
    const lanes_f32 a = (rows)[i], b = (rows)[i + (d)]; \
    (rows)[i] = __builtin_shufflevector(a, b, ALL_INDICES(SWAPPED_LOW, d)); \
    (rows)[i + (d)] = __builtin_shufflevector(a, b, ALL_INDICES(SWAPPED_HIGH, d)); \
  } \
  _Static_assert((d) > 0 && (d) < LANES, "a stage")

/// Transposes a square of vectors.
INLINE void transpose_square(lanes_f32 rows[LANES]) {
#if LANES > 8
  SWAP_BLOCKS(rows, 8);
#endif
#if LANES > 4
  SWAP_BLOCKS(rows, 4);
#endif
  SWAP_BLOCKS(rows, 2);
  SWAP_BLOCKS(rows, 1);
}
