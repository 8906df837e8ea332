// Packing of matrices of activations into panels, by vectors. Included once per level.
//
// A panel is [group][width][kr]: words of 4 bytes that hold kr consecutive elements of the depth for one column. Where
// each column is a row in memory, its words are there already and are transposed; else words are made of kr rows.
#include "panels.h"

enum {
  /// Rows that are asked for before they are packed; a multiple of every kr.
  ROWS_AHEAD = 32
};

/// Up to `bytes` bytes (0 or more) of words, zeros beyond them; touches nothing else.
INLINE lanes_f32 load_words(const char *src, ptrdiff_t bytes) {
  if (bytes >= 4 * LANES) return load(src);
  if (bytes % 4 == 0) return load_part(src, bytes / 4);
  char words[4 * LANES] = {0};
  __builtin_memcpy(words, src, (size_t)bytes);
  return load(words);
}

/// Panels begin ..< end of `columns` rows, each of which is `depth` elements.
INLINE void pack_columns(const int kr, const int nr, const char *src, ptrdiff_t pitch, ptrdiff_t depth,
  ptrdiff_t columns, ptrdiff_t begin, ptrdiff_t end, char *packed) {
  const ptrdiff_t row_bytes = depth * (4 / kr), groups = (row_bytes + 3) / 4;
  for (ptrdiff_t first = begin * nr; first < smaller(end * nr, columns); first += nr) {
    const ptrdiff_t width = panel_width(nr, LANES, columns, first);
    char *const panel = packed + groups * first * 4;
    for (ptrdiff_t column = 0; column < width; column += LANES) {
      const ptrdiff_t rows = smaller(columns - first - column, LANES), next = first + column + LANES;
      prefetch_rows(src, pitch, row_bytes, next, smaller(next + LANES, columns));
      for (ptrdiff_t group = 0; group < groups; group += LANES) {
        lanes_f32 square[LANES];
        for (int i = 0; i < LANES; i++) {
          const char *row = src + (first + column + i) * pitch + group * 4;
          square[i] = i < rows ? load_words(row, row_bytes - group * 4) : (lanes_f32)0.0f;
        }
        transpose_square(square);
        char *to = panel + (group * width + column) * 4;
        const ptrdiff_t count = smaller(groups - group, LANES);
        for (ptrdiff_t i = 0; i < count; i++) store_up_to(to + i * width * 4, square[i], width - column);
      }
    }
  }
}

/// One vector of words: elements `column` on of rows `row` ... `row` + kr - 1, zeros beyond `rows` and `columns`.
INLINE lanes_u32 row_words(
  const int kr, const char *src, ptrdiff_t pitch, ptrdiff_t row, ptrdiff_t rows, ptrdiff_t column, ptrdiff_t columns) {
  const ptrdiff_t left = larger(columns - column, 0);
  const char *from = src + row * pitch + column * (4 / kr);
  if (kr == 1) return bits_of(load_up_to(from, left));
  lanes_u32 words = 0;
  for (int k = 0; k < kr; k++, from += pitch) {
    if (row + k >= rows) break;
    const lanes_u32 part = kr == 2 ? __builtin_convertvector(load_halves(from, left), lanes_u32)
                                   : __builtin_convertvector(load_bytes(from, left), lanes_u32);
    words |= part << (uint32_t)(32 / kr * k);
  }
  return words;
}

/// Panels begin ..< end of `depth` rows, each of which is `columns` elements.
INLINE void pack_rows(const int kr, const int nr, const char *src, ptrdiff_t pitch, ptrdiff_t depth, ptrdiff_t columns,
  ptrdiff_t begin, ptrdiff_t end, char *packed) {
  const ptrdiff_t groups = (depth + kr - 1) / kr;
  for (ptrdiff_t first = begin * nr; first < smaller(end * nr, columns); first += nr) {
    const ptrdiff_t width = panel_width(nr, LANES, columns, first);
    char *to = packed + groups * first * 4;
    for (ptrdiff_t row = 0; row < depth; row += kr, to += width * 4) {
      const ptrdiff_t next = row + ROWS_AHEAD;
      prefetch_rows(
        src + first * (4 / kr), pitch, smaller(columns - first, width) * (4 / kr), next, smaller(next + kr, depth));
      for (ptrdiff_t column = 0; column < width; column += LANES) {
        const lanes_u32 words = row_words(kr, src, pitch, row, depth, first + column, columns);
        store_up_to(to + column * 4, from_bits(words), width - column);
      }
    }
  }
}

/// `factor` times the sums of the columns of packed s8 words, of panels begin ..< end.
INLINE void sum_columns(const int nr, const char *packed, ptrdiff_t words, ptrdiff_t columns, ptrdiff_t begin,
  ptrdiff_t end, int32_t factor, int32_t *sums) {
  for (ptrdiff_t first = begin * nr; first < smaller(end * nr, columns); first += nr) {
    const ptrdiff_t width = panel_width(nr, LANES, columns, first);
    const char *panel = packed + words * first * 4;
    for (ptrdiff_t column = 0; column < width; column += LANES) {
      lanes_s32 sum = 0;
      for (ptrdiff_t word = 0; word < words; word++) {
        const lanes_s32 bytes = (lanes_s32)load(panel + (word * width + column) * 4);
        sum += (bytes << 24 >> 24) + (bytes << 16 >> 24) + (bytes << 8 >> 24) + (bytes >> 24);
      }
      store(sums + first + column, (lanes_f32)(sum * factor));
    }
  }
}
