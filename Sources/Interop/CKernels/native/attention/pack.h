// Packing of one head's k and v into the matrix kernels' panels, by vectors.
//
// A panel is [group][width][kr]: words of 4 bytes that hold kr consecutive elements of the product's depth for one
// column. The depth of q k^T is a row of k, so that k's words are there already and are transposed; the depth of
// p v runs over the rows of v, so that words are made of kr rows.

#include "../gemm/panels.h"

enum {
  /// Rows of v that are asked for before they are packed; a multiple of every kr.
  VALUES_AHEAD = 32
};

/// Up to `bytes` bytes (0 or more) of words, zeros beyond them; touches nothing else.
INLINE lanes_f32 load_words(const char *src, ptrdiff_t bytes) {
  if (bytes >= 4 * LANES) return load(src);
  if (bytes % 4 == 0) return load_part(src, bytes / 4);
  char words[4 * LANES] = {0};
  __builtin_memcpy(words, src, (size_t)bytes);
  return load(words);
}

/// Asks for rows begin ..< end, which lie too far apart for the hardware to foresee them.
INLINE void prefetch_rows(const char *src, ptrdiff_t pitch, ptrdiff_t bytes, ptrdiff_t begin, ptrdiff_t end) {
  for (ptrdiff_t row = begin; row < end; row++) {
    for (ptrdiff_t at = 0; at < bytes; at += 64) __builtin_prefetch(src + row * pitch + at, 0, 2);
  }
}

/// Packs `keys` rows of `row_bytes` bytes.
INLINE void pack_keys(const ckernels_gemm_kernel *kernel, const char *src, ptrdiff_t pitch, ptrdiff_t keys,
  ptrdiff_t row_bytes, char *packed) {
  const ptrdiff_t groups = (row_bytes + 3) / 4;
  for (ptrdiff_t first = 0; first < keys; first += kernel->nr) {
    const ptrdiff_t width = panel_columns(kernel, keys, first);
    for (ptrdiff_t column = 0; column < width; column += LANES) {
      const ptrdiff_t rows = smaller(keys - first - column, LANES), next = first + column + LANES;
      prefetch_rows(src, pitch, row_bytes, next, smaller(next + LANES, keys));
      for (ptrdiff_t group = 0; group < groups; group += LANES) {
        lanes_f32 square[LANES];
        for (int i = 0; i < LANES; i++) {
          const char *row = src + (first + column + i) * pitch + group * 4;
          square[i] = i < rows ? load_words(row, row_bytes - group * 4) : (lanes_f32)0.0f;
        }
        transpose_square(square);
        char *to = packed + (group * width + column) * 4;
        const ptrdiff_t count = smaller(groups - group, LANES);
        for (ptrdiff_t i = 0; i < count; i++) store_up_to(to + i * width * 4, square[i], width - column);
      }
    }
    packed += groups * width * 4;
  }
}

/// One vector of words: elements `column` on of rows `row` ... `row` + kr - 1, zeros beyond `rows` and `columns`.
INLINE lanes_u32 value_words(
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

/// Packs `rows` rows of `columns` elements for a constant kr.
INLINE void pack_values(const int kr, const ckernels_gemm_kernel *kernel, const char *src, ptrdiff_t pitch,
  ptrdiff_t rows, ptrdiff_t columns, char *packed) {
  for (ptrdiff_t first = 0; first < columns; first += kernel->nr) {
    const ptrdiff_t width = panel_columns(kernel, columns, first);
    for (ptrdiff_t row = 0; row < rows; row += kr, packed += width * 4) {
      const ptrdiff_t next = row + VALUES_AHEAD;
      prefetch_rows(
        src + first * (4 / kr), pitch, smaller(columns - first, width) * (4 / kr), next, smaller(next + kr, rows));
      for (ptrdiff_t column = 0; column < width; column += LANES) {
        const lanes_u32 words = value_words(kr, src, pitch, row, rows, first + column, columns);
        store_up_to(packed + column * 4, from_bits(words), width - column);
      }
    }
  }
}

INLINE void pack_values_of_any(const ckernels_gemm_kernel *kernel, const char *src, ptrdiff_t pitch, ptrdiff_t rows,
  ptrdiff_t columns, char *packed) {
  if (kernel->kr == 1) {
    pack_values(1, kernel, src, pitch, rows, columns, packed);
  } else if (kernel->kr == 2) {
    pack_values(2, kernel, src, pitch, rows, columns, packed);
  } else {
    pack_values(4, kernel, src, pitch, rows, columns, packed);
  }
}

/// What the sums of products of u8 and packed s8 start from: minus the zero point times the columns' sums.
INLINE void start_sums(const ckernels_gemm_kernel *kernel, const char *packed, ptrdiff_t groups, ptrdiff_t columns,
  int32_t zero_point, int32_t *start) {
  for (ptrdiff_t first = 0; first < columns; first += kernel->nr) {
    const ptrdiff_t width = panel_columns(kernel, columns, first);
    for (ptrdiff_t column = 0; column < width; column += LANES) {
      lanes_s32 sum = 0;
      for (ptrdiff_t group = 0; group < groups; group++) {
        const lanes_s32 words = (lanes_s32)load_up_to(packed + (group * width + column) * 4, width - column);
        sum += (words << 24 >> 24) + (words << 16 >> 24) + (words << 8 >> 24) + (words >> 24);
      }
      store_up_to(start + first + column, (lanes_f32)(sum * -zero_point), width - column);
    }
    packed += groups * width * 4;
  }
}
